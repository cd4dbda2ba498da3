package io.kubejar.apimachinery.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Chance;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.Rounds;
import io.kubejar.apimachinery.apply.ApplyResult.Applied;
import io.kubejar.apimachinery.apply.ApplyResult.Conflicting;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.schema.TestTypes;
import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FieldManagerTest {
  private final VirtualClock clock = new VirtualClock();
  private final FieldManager fields =
      FieldManager.forType(
              new GroupVersionKind("apps", "v1", "Deployment"), TestTypes.DEPLOYMENT, clock)
          .resetting(FieldSet.ofFields("status"));

  private static JsonObject yaml(String text) {
    return ((JsonObject) Yaml.parse(text))
        .with("apiVersion", new JsonString("apps/v1"))
        .with("kind", new JsonString("Deployment"));
  }

  /// As stored: with a uid.
  private static JsonObject stored(JsonObject object) {
    return object.with("metadata", object.object("metadata").with("uid", new JsonString("u1")));
  }

  private static JsonObject applied(ApplyResult result) {
    assertThat(result).isInstanceOf(Applied.class);
    return stored(result.orThrow());
  }

  private static String owned(JsonObject object, String manager) {
    return object.object("metadata").list("managedFields").stream()
        .map(entry -> (JsonObject) entry)
        .filter(entry -> entry.text("manager").equals(manager))
        .map(entry -> entry.text("operation") + entry.object("fieldsV1"))
        .reduce("", String::concat);
  }

  private static final JsonObject WEB =
      yaml(
          "{metadata: {name: web, labels: {app: web}}, spec: {replicas: 3, template: {containers:"
              + " [{name: c, image: i1}]}}}");

  @Test
  void theCreatorOwnsWhatItSets() throws InterruptedException {
    var created = fields.update(JsonObject.EMPTY, WEB, "kubectl-create");

    assertThat(owned(created, "kubectl-create"))
        .isEqualTo(
            "Update{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},"
                + "\"f:spec\":{\"f:replicas\":{},\"f:template\":{\"f:containers\":"
                + "{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:image\":{},\"f:name\":{}}}}}}");
    var entry = (JsonObject) created.object("metadata").list("managedFields").getFirst();
    assertThat(entry.text("time")).isEqualTo("2030-01-01T00:00:00Z");
    assertThat(entry.text("fieldsType")).isEqualTo("FieldsV1");
  }

  @Test
  void anUpdateMovesWhatItChanges() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    clock.advance(Duration.ofMinutes(1));
    var scaled = live.with("spec", live.object("spec").with("replicas", Yaml.parse("5")));

    var updated = fields.update(live, scaled, "scaler");

    assertThat(owned(updated, "scaler")).isEqualTo("Update{\"f:spec\":{\"f:replicas\":{}}}");
    assertThat(owned(updated, "creator")).doesNotContain("replicas");
  }

  @Test
  void anUpdateWithoutChangeChangesNothing() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    clock.advance(Duration.ofMinutes(1));

    assertThat(fields.update(live, ManagedFields.without(live), "other")).isEqualTo(live);
  }

  @Test
  void theStatusIsNotOwnedByWritersOfTheMainResource() throws InterruptedException {
    var live =
        stored(fields.update(JsonObject.EMPTY, WEB.with("status", JsonObject.EMPTY), "creator"));
    var reported = live.with("status", Yaml.parse("{replicas: 3}"));

    assertThat(owned(fields.update(live, reported, "kubelet"), "kubelet")).isEmpty();
    var status =
        FieldManager.forType(
                new GroupVersionKind("apps", "v1", "Deployment"), TestTypes.DEPLOYMENT, clock)
            .resetting(FieldSet.ofFields("spec"))
            .forSubresource("status");
    var updated = status.update(live, reported, "controller");
    assertThat(owned(updated, "controller")).isEqualTo("Update{\"f:status\":{\"f:replicas\":{}}}");
    assertThat(updated.toString()).contains("\"subresource\":\"status\"");
  }

  @Test
  void applyingCreatesAndOwns() throws InterruptedException {
    var object = applied(fields.apply(JsonObject.EMPTY, WEB, "ci", false));

    assertThat(owned(object, "ci"))
        .isEqualTo(
            "Apply{\"f:metadata\":{\"f:labels\":{\"f:app\":{}}},\"f:spec\":{\"f:replicas\":{},\"f:template\":"
                + "{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:image\":{},\"f:name\":{}}}}}}");
    assertThat(object.object("spec").get("replicas")).isEqualTo(Yaml.parse("3"));
  }

  @Test
  void applyingTheSameAgainChangesNotEvenTheTime() throws InterruptedException {
    var live = applied(fields.apply(JsonObject.EMPTY, WEB, "ci", false));
    clock.advance(Duration.ofMinutes(1));

    var again = fields.apply(live, WEB, "ci", false);

    assertThat(again).isEqualTo(new Applied(live, false));
  }

  @Test
  void refusesToTakeFromOthersWithoutForce() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "kubectl-client-side-apply"));
    var config = yaml("{metadata: {name: web}, spec: {replicas: 5}}");

    var refused = (Conflicting) fields.apply(live, config, "ci", false);

    assertThat(refused.exception())
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using"
                + " apps/v1: .spec.replicas");
    assertThat(refused.exception().code()).isEqualTo(409);
    var cause = refused.exception().cause("FieldManagerConflict").orElseThrow();
    assertThat(cause.field()).isEqualTo(".spec.replicas");
    assertThat(cause.message())
        .isEqualTo("conflict with \"kubectl-client-side-apply\" using apps/v1");
  }

  @Test
  void listsManyConflictsByManager() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    var config = yaml("{metadata: {name: web, labels: {app: other}}, spec: {replicas: 5}}");

    var refused = (Conflicting) fields.apply(live, config, "ci", false);

    assertThat(refused.exception())
        .hasMessage(
            "Apply failed with 2 conflicts: conflicts with \"creator\" using apps/v1:\n"
                + "- .metadata.labels.app\n- .spec.replicas");
  }

  @Test
  void takesFromOthersWithForce() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    var config = yaml("{metadata: {name: web}, spec: {replicas: 5}}");

    var object = applied(fields.apply(live, config, "ci", true));

    assertThat(object.object("spec").get("replicas")).isEqualTo(Yaml.parse("5"));
    assertThat(owned(object, "ci")).isEqualTo("Apply{\"f:spec\":{\"f:replicas\":{}}}");
    assertThat(owned(object, "creator")).doesNotContain("replicas").contains("image");
  }

  @Test
  void sharesWhatIsAppliedWithTheSameValue() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    var config = yaml("{metadata: {name: web}, spec: {replicas: 3}}");

    var object = applied(fields.apply(live, config, "ci", false));

    assertThat(owned(object, "ci")).contains("f:replicas");
    assertThat(owned(object, "creator")).contains("f:replicas");
  }

  @Test
  void removesWhatIsNoLongerApplied() throws InterruptedException {
    var config =
        yaml(
            "{metadata: {name: web, labels: {a: '1', b: '2'}}, spec: {replicas: 3, template:"
                + " {containers: [{name: c, image: i}, {name: d}]}}}");
    var live = applied(fields.apply(JsonObject.EMPTY, config, "ci", false));
    var less =
        yaml(
            "{metadata: {name: web, labels: {a: '1'}}, spec: {template: {containers: [{name:"
                + " c}]}}}");

    var object = applied(fields.apply(live, less, "ci", false));

    assertThat(object.object("metadata").object("labels")).hasToString("{\"a\":\"1\"}");
    assertThat(object.object("spec").object("template"))
        .hasToString("{\"containers\":[{\"name\":\"c\"}]}");
    assertThat(object.object("spec").has("replicas")).isFalse();
  }

  @Test
  void keepsWhatOthersOwnToo() throws InterruptedException {
    var config = yaml("{metadata: {name: web}, spec: {replicas: 3}}");
    var live = applied(fields.apply(JsonObject.EMPTY, config, "one", false));
    live = applied(fields.apply(live, config, "two", false));

    var object = applied(fields.apply(live, yaml("{metadata: {name: web}}"), "one", false));

    assertThat(object.object("spec").get("replicas")).isEqualTo(Yaml.parse("3"));
    assertThat(owned(object, "one")).isEmpty();
    assertThat(owned(object, "two")).contains("f:replicas");
  }

  @Test
  void keepsTheItemOfAnotherInTheListThatItNoLongerApplies() throws InterruptedException {
    var one = yaml("{metadata: {name: web}, spec: {template: {containers: [{name: a}]}}}");
    var two = yaml("{metadata: {name: web}, spec: {template: {containers: [{name: b}]}}}");
    var live = applied(fields.apply(JsonObject.EMPTY, one, "one", false));
    live = applied(fields.apply(live, two, "two", false));
    assertThat(live.object("spec").object("template"))
        .hasToString("{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");

    var object = applied(fields.apply(live, yaml("{metadata: {name: web}}"), "one", false));

    assertThat(object.object("spec").object("template"))
        .hasToString("{\"containers\":[{\"name\":\"b\"}]}");
  }

  @Test
  void replacesAtomicMapsAsAWhole() throws InterruptedException {
    var live =
        applied(
            fields.apply(
                JsonObject.EMPTY,
                yaml("{metadata: {name: web}, spec: {template: {nodeSelector: {a: b}}}}"),
                "ci",
                false));

    var object =
        applied(
            fields.apply(
                live,
                yaml("{metadata: {name: web}, spec: {template: {nodeSelector: {c: d}}}}"),
                "ci",
                false));

    assertThat(object.object("spec").object("template").object("nodeSelector"))
        .hasToString("{\"c\":\"d\"}");
    assertThat(owned(object, "ci")).contains("\"f:nodeSelector\":{}");
  }

  @Test
  void usesDefaultsInTheKeysOfItems() throws InterruptedException {
    var config =
        yaml(
            "{metadata: {name: web}, spec: {template: {containers: [{name: c, ports:"
                + " [{containerPort: 80}]}]}}}");

    assertThat(owned(applied(fields.apply(JsonObject.EMPTY, config, "ci", false)), "ci"))
        .contains("k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}");
  }

  @Test
  void rememberWhoWroteBeforeTheFirstApply() throws InterruptedException {
    var untracked = stored(WEB);

    var object =
        applied(
            fields.apply(
                untracked, yaml("{metadata: {name: web}, spec: {replicas: 3}}"), "ci", false));

    assertThat(owned(object, "before-first-apply")).contains("f:image").contains("f:replicas");
  }

  @Test
  void letsKubectlTakeOverWhatItAppliedOnTheClientSide() throws InterruptedException {
    var lastApplied =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":3}}";
    var object =
        WEB.with(
            "metadata",
            WEB.object("metadata")
                .with(
                    "annotations",
                    JsonObject.of(
                        "kubectl.kubernetes.io/last-applied-configuration",
                        new JsonString(lastApplied))));
    var live = stored(fields.update(JsonObject.EMPTY, object, "kubectl-client-side-apply"));
    var config = yaml("{metadata: {name: web}, spec: {replicas: 4}}");

    assertThat(fields.apply(live, config, "ci", false)).isInstanceOf(Conflicting.class);
    var taken = applied(fields.apply(live, config, "kubectl", false));

    assertThat(taken.object("spec").get("replicas")).isEqualTo(Yaml.parse("4"));
    assertThat(taken.object("metadata").object("annotations").toString())
        .contains("\\\"replicas\\\":4");
  }

  @Test
  void throwsOldUpdatersTogether() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    for (int i = 0; i < 15; i++) {
      clock.advance(Duration.ofSeconds(1));
      var labels = live.object("metadata").object("labels").with("l" + i, new JsonString("x"));
      live =
          fields.update(
              live, live.with("metadata", live.object("metadata").with("labels", labels)), "m" + i);
    }

    assertThat(live.object("metadata").list("managedFields")).hasSize(10);
    assertThat(owned(live, "ancient-changes"))
        .contains("f:image")
        .contains("f:l0")
        .contains("f:l5");
    assertThat(owned(live, "m14")).contains("f:l14");
  }

  @Test
  void forgetsManagersWhenTheWriterSaysSo() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    var reset =
        live.with(
            "metadata",
            live.object("metadata").with("managedFields", JsonArray.of(JsonObject.EMPTY)));

    assertThat(fields.update(live, reset, "x").object("metadata").has("managedFields")).isFalse();
  }

  @Test
  void keepsTheOldBookIfTheNewOneIsNonsense() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    var nonsense =
        live.with(
            "metadata",
            live.object("metadata").with("managedFields", Yaml.parse("[{manager: x}]")));

    assertThat(fields.update(live, nonsense, "x")).isEqualTo(live);
  }

  @Test
  void refusesConfigurationsThatDoNotFit() throws InterruptedException {
    assertThatThrownBy(
            () ->
                fields.apply(
                    JsonObject.EMPTY,
                    yaml("{metadata: {name: web, namespace: ns}, spec: {nonsense: 1}}"),
                    "ci",
                    false))
        .hasMessage(
            "failed to create typed patch object (ns/web; apps/v1, Kind=Deployment):"
                + " .spec.nonsense: field not declared in schema");
    assertThatThrownBy(
            () ->
                fields.apply(
                    JsonObject.EMPTY,
                    yaml("{metadata: {name: web, managedFields: []}}"),
                    "ci",
                    false))
        .hasMessage("metadata.managedFields must be nil");
    assertThatThrownBy(
            () ->
                fields.apply(
                    JsonObject.EMPTY,
                    yaml("{}").with("apiVersion", new JsonString("apps/v2")),
                    "ci",
                    false))
        .hasMessage(
            "Incorrect version specified in apply patch. Specified patch version: apps/v2,"
                + " expected: apps/v1");
    assertThatThrownBy(
            () ->
                fields.apply(
                    JsonObject.EMPTY,
                    yaml("{spec: {template: {containers: [{name: a}, {name: a}]}}}"),
                    "ci",
                    false))
        .hasMessageContaining(".spec.template.containers: duplicate entries for key [name=\"a\"]");
  }

  @Test
  void ignoresWritesThatWouldOnlyChangeTimes() throws InterruptedException {
    var live = stored(fields.update(JsonObject.EMPTY, WEB, "creator"));
    var entry = (JsonObject) live.object("metadata").list("managedFields").getFirst();
    var later =
        live.with(
            "metadata",
            live.object("metadata")
                .with(
                    "managedFields",
                    JsonArray.of(entry.with("time", new JsonString("2031-01-01T00:00:00Z")))));

    assertThat(FieldManager.ignoringTimes(live, later)).isSameAs(live);
  }

  @Test
  void namesManagersByTheirProgram() throws InterruptedException {
    assertThat(ManagerName.of("", "kubectl/v1.36.0 (linux/amd64)")).isEqualTo("kubectl");
    assertThat(ManagerName.of("ci", "kubectl/v1")).isEqualTo("ci");
    assertThat(ManagerName.of("", "x".repeat(300))).hasSize(128);
  }

  private static JsonObject config(Chance chance) {
    int replicas = chance.below(4);
    var labels = new LinkedHashSet<>(chance.list(1, 3, () -> chance.of("a", "b", "c")));
    var containers = new LinkedHashSet<>(chance.list(1, 3, () -> chance.of("x", "q", "z")));
    return yaml(
        "{metadata: {name: web, labels: {"
            + labels.stream()
                .map(label -> label + ": '" + chance.between(1, 2) + "'")
                .collect(Collectors.joining(", "))
            + "}}, spec: {replicas: "
            + replicas
            + ", template: {containers: ["
            + containers.stream()
                .map(name -> "{name: " + name + ", image: i" + replicas + "}")
                .collect(Collectors.joining(", "))
            + "]}}}");
  }

  /// Whoever applies last with force has what it applied, and applying it once more changes
  /// nothing.
  @Test
  void applyingIsIdempotent() {
    Rounds.run(300, chance -> applyTwice(config(chance), config(chance), config(chance)));
  }

  private void applyTwice(JsonObject first, JsonObject second, JsonObject third)
      throws InterruptedException {
    var live = JsonObject.EMPTY;
    live = applied(fields.apply(live, first, "one", true));
    live = applied(fields.apply(live, second, "two", true));
    live = applied(fields.apply(live, third, "one", true));
    clock.advance(Duration.ofMinutes(1));

    var again = fields.apply(live, third, "one", false);

    assertThat(again).isEqualTo(new Applied(live, false));
    JsonValue replicas = live.object("spec").get("replicas");
    assertThat(replicas).isEqualTo(third.object("spec").get("replicas"));
  }
}
