package io.kubejar.controllers.testing;

import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodIP;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import java.util.List;
import java.util.Map;

/// Objects that tests begin with.
public final class Objects {
  public static final Map<String, String> LABELS = Map.of("app", "web");

  private Objects() {}

  public static ObjectMeta named(String name) {
    return ObjectMeta.EMPTY.withNamespace("default").withName(name);
  }

  public static Namespace namespace(String name) {
    return Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name));
  }

  public static ReplicaSet replicaSet(String name, int replicas) {
    return ReplicaSet.EMPTY
        .withMetadata(named(name).withUid("uid-" + name))
        .withSpec(
            ReplicaSet.EMPTY.spec().toBuilder()
                .replicas(replicas)
                .selector(LabelSelector.EMPTY.withMatchLabels(LABELS))
                .template(
                    PodTemplateSpec.EMPTY
                        .withMetadata(ObjectMeta.EMPTY.withLabels(LABELS))
                        .withSpec(
                            PodTemplateSpec.EMPTY
                                .spec()
                                .withContainers(List.of(Container.EMPTY.withName("main")))))
                .build());
  }

  /// A pod with the labels that everything here selects.
  public static Pod pod(String name) {
    return Pod.EMPTY.withMetadata(named(name).withLabels(LABELS).withUid("uid-" + name));
  }

  public static Pod running(String name, String address, boolean ready) {
    var condition =
        PodCondition.EMPTY
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .withLastTransitionTime(VirtualClock.START);
    var pod = pod(name);
    return pod.withSpec(pod.spec().withNodeName("node"))
        .withStatus(
            pod.status()
                .withPhase("Running")
                .withPodIP(address)
                .withPodIPs(List.of(PodIP.EMPTY.withIp(address)))
                .withConditions(List.of(condition)));
  }

  public static Service service(String name) {
    return Service.EMPTY
        .withMetadata(named(name))
        .withSpec(
            Service.EMPTY.spec().toBuilder()
                .selector(LABELS)
                .clusterIP("10.96.0.9")
                .ipFamilies(List.of("IPv4"))
                .ports(
                    List.of(
                        ServicePort.EMPTY
                            .withName("http")
                            .withProtocol("TCP")
                            .withPort(80)
                            .withTargetPort(IntOrString.of(8080))))
                .build());
  }

  public static Node readyNode(String name) {
    var ready =
        NodeCondition.EMPTY
            .withType("Ready")
            .withStatus("True")
            .withLastHeartbeatTime(VirtualClock.START);
    return Node.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName(name))
        .withStatus(Node.EMPTY.status().withConditions(List.of(ready)));
  }
}
