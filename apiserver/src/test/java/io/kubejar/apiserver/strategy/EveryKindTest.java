package io.kubejar.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.defaulting.Defaults;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.table.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is done to every kind can be done to every kind.
class EveryKindTest {
  private static final Call CALL = Call.by(UserInfo.of("jane"), "test");

  static Stream<ResourceType<?>> kinds() {
    return BuiltInResources.all().stream().filter(type -> type.allows("create"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  <T extends KubernetesObject> void isDefaultedPreparedAndShown(ResourceType<T> type)
      throws InterruptedException {
    var strategy = new Strategies(InstantSource.system(), Strategies.EVENTS_KEPT).of(type);
    var object = named(type);
    var created = strategy.prepareForCreate(CALL, Defaults.of(object));
    var updated = strategy.prepareForUpdate(CALL, created, created);

    assertThat(updated).isEqualTo(created);
    assertThat(Defaults.of(Defaults.of(object))).isEqualTo(Defaults.of(object));
    if (type.subresource("status").isPresent()) {
      assertThat(strategy.prepareForStatusUpdate(CALL, created, created)).isEqualTo(created);
    }
    var view = Tables.of(type);
    assertThat(view.row(created, Instant.EPOCH)).hasSize(view.columns().size());
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  private static <T extends KubernetesObject> T named(ResourceType<T> type) {
    var metadata = ObjectMeta.EMPTY.withName("a").withNamespace(type.namespaced() ? "b" : "");
    return (T) type.codec().fromTree(JsonObject.EMPTY).withMetadata(metadata);
  }
}
