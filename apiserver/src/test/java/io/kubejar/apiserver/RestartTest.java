package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.autoscaling.v2.CrossVersionObjectReference;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a server finds that starts on what another one has written.
class RestartTest {
  @Test
  void findsEverythingAgain() throws Exception {
    var world = World.started();
    var pod = world.api.create(Pod.RESOURCE, World.pod("web"));
    var hpa =
        world.api.create(
            HorizontalPodAutoscaler.RESOURCE,
            HorizontalPodAutoscaler.EMPTY
                .withMetadata(World.named("h"))
                .withSpec(
                    HorizontalPodAutoscaler.EMPTY
                        .spec()
                        .withMaxReplicas(3)
                        .withScaleTargetRef(
                            new CrossVersionObjectReference("Deployment", "d", "apps/v1"))));
    world.server.close();
    var second = new ApiServer(ApiServerOptions.of(world.store, world.clock, new Random(2)));
    second.start();
    var api = second.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");

    assertThat(api.get(Pod.RESOURCE, new ObjectKey("default", "web"))).isEqualTo(pod);
    assertThat(api.get(HorizontalPodAutoscaler.RESOURCE, new ObjectKey("default", "h")))
        .isEqualTo(hpa);
  }

  @Test
  void storesWhatUpstreamWouldUnderUpstreamsKeys() throws Exception {
    var world = World.started();
    world.api.create(Pod.RESOURCE, World.pod("web"));
    var entry = world.store.get("/registry/pods/default/web").entry().orElseThrow();
    var envelope = ProtobufEnvelope.read(entry.value().toByteArray());

    assertThat(envelope.apiVersion()).isEqualTo("v1");
    assertThat(envelope.kind()).isEqualTo("Pod");
    assertThat(envelope.decode(Pod.CODEC).metadata().resourceVersion()).isEmpty();
  }

  @Test
  void seesWhatOthersWriteIntoTheStore() throws Exception {
    var world = World.started();
    var second = new ApiServer(ApiServerOptions.of(world.store, world.clock, new Random(2)));
    second.start();
    var api = second.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
    var pod = world.api.create(Pod.RESOURCE, World.pod("web"));

    assertThat(api.get(Pod.RESOURCE, new ObjectKey("default", "web"))).isEqualTo(pod);
  }

  @Test
  void bringsUpToDateWhatIsStoredInAnOlderEncoding() throws Exception {
    var world = World.started();
    var path = "/registry/configmaps/default/old";
    var json =
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old", "namespace": "default",
         "uid": "1", "creationTimestamp": "2020-01-01T00:00:00Z"}, "data": {"a": "b"}}\
        """;
    world.store.commit(Transaction.create(path, Value.of(json)));
    var old = world.api.get(ConfigMap.RESOURCE, new ObjectKey("default", "old"));

    var rewritten = world.api.update(ConfigMap.RESOURCE, old);

    assertThat(rewritten.data()).isEqualTo(old.data());
    assertThat(rewritten.metadata().resourceVersion())
        .isNotEqualTo(old.metadata().resourceVersion());
    var entry = world.store.get(path).entry().orElseThrow();
    assertThat(ProtobufEnvelope.isOne(entry.value().toByteArray())).isTrue();
    assertThat(world.api.update(ConfigMap.RESOURCE, rewritten)).isEqualTo(rewritten);
  }
}
