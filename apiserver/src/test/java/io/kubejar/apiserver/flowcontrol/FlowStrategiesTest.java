package io.kubejar.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.flowcontrol.v1.ExemptPriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowStrategiesTest {
  private static final Call CALL = Call.by(UserInfo.of("jane"), "test");

  private static FlowSchema schema(String name) {
    return SuggestedFlows.mandatorySchemas().stream()
        .filter(it -> it.metadata().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static PriorityLevelConfiguration level(String name) {
    return SuggestedFlows.mandatoryLevels().stream()
        .filter(it -> it.metadata().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> ends(List<FieldError> errors) {
    return errors.stream()
        .map(FieldError::text)
        .map(it -> it.substring(it.lastIndexOf(": ") + 2))
        .toList();
  }

  @Test
  void mandatorySchemasAreFixed() {
    var schema = schema("catch-all");
    var changed = schema.withSpec(schema.spec().withMatchingPrecedence(9999));
    var schemas = FlowStrategies.schemas();

    assertThat(schemas.validate(CALL, schema)).isEmpty();
    assertThat(ends(schemas.validate(CALL, changed)))
        .containsExactly("spec of 'catch-all' must equal the fixed value");
    assertThat(ends(schemas.validateUpdate(CALL, "", changed, schema)))
        .containsExactly("spec of 'catch-all' must equal the fixed value");
    assertThat(schemas.validateUpdate(CALL, "status", changed, schema)).isEmpty();
  }

  @Test
  void theExemptLevelMayBeGivenShares() {
    var level = level("exempt");
    var shares = ExemptPriorityLevelConfiguration.EMPTY.withNominalConcurrencyShares(9);
    var levels = FlowStrategies.levels();

    assertThat(levels.validate(CALL, level.withSpec(level.spec().withExempt(shares)))).isEmpty();
    assertThat(ends(levels.validate(CALL, level.withSpec(level.spec().withType("Limited")))))
        .contains("spec of 'exempt' except the 'spec.exempt' field must equal the fixed value");
  }

  @Test
  void theLastLevelIsFixed() {
    var level = level("catch-all");
    var limited = level.spec().limited();
    var changed =
        level.withSpec(
            level.spec().withLimited(limited == null ? null : limited.withLendablePercent(7)));

    assertThat(ends(FlowStrategies.levels().validate(CALL, changed)))
        .containsExactly("spec of 'catch-all' must equal the fixed value");
  }
}
