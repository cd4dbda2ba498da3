package io.kubejar.apiserver.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.authentication.v1.BoundObjectReference;
import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.authentication.v1.TokenRequestSpec;
import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeSpec;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.api.core.v1.SecretVolumeSource;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Decision;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeRestrictionTest {
  private static final UserInfo N1 = UserInfo.of("system:node:n1", "system:nodes");
  private static final Pod MINE = pod("mine", "n1");
  private static final Pod OTHERS = pod("others", "n2");

  private final NodeRestriction restriction =
      new NodeRestriction(
          new NodeRestriction.Lookup() {
            @Override
            public Optional<Pod> pod(String namespace, String name) {
              return List.of(MINE, OTHERS).stream()
                  .filter(pod -> pod.metadata().name().equals(name))
                  .findFirst();
            }

            @Override
            public Optional<Node> node(String name) {
              return Optional.of(NodeRestrictionTest.node(name));
            }

            @Override
            public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
              return Optional.empty();
            }

            @Override
            public Optional<PersistentVolume> volume(String name) {
              return Optional.empty();
            }

            @Override
            public Optional<CSIDriver> csiDriver(String name) {
              return Optional.empty();
            }
          },
          asked ->
              asked.verb().equals("request-serviceaccounts-token-audience")
                      && asked.resource().matches("granted|")
                  ? new Decision.Allow("")
                  : new Decision.NoOpinion(""));

  @Test
  void letsANodeWriteOnlyItself() {
    accepts(create(Node.RESOURCE, "", node("n1")));
    refuses(
        create(Node.RESOURCE, "", node("n2")), "node \"n1\" is not allowed to modify node \"n2\"");
    accepts(update(Node.RESOURCE, "status", node("n1"), node("n1")));
    refuses(update(Node.RESOURCE, "status", node("n2"), node("n2")), "modify node");
  }

  @Test
  void keepsANodeFromSteeringPodsToItself() {
    var plain = node("n1");
    var tainted = plain.withSpec(NodeSpec.EMPTY.withTaints(List.of(Taint.EMPTY.withKey("k"))));
    refuses(update(Node.RESOURCE, "", tainted, plain), "not allowed to modify taints");
    accepts(update(Node.RESOURCE, "", tainted, tainted));

    for (var label :
        List.of(
            "node-role.kubernetes.io/control-plane",
            "node-restriction.kubernetes.io/x",
            "x.k8s.io/y")) {
      refuses(
          update(Node.RESOURCE, "", plain, labelled(label)),
          "not allowed to modify labels: " + label);
      refuses(update(Node.RESOURCE, "", labelled(label), plain), "not allowed to modify labels");
      refuses(
          create(Node.RESOURCE, "", labelled(label)), "not allowed to set the following labels");
    }
    for (var label :
        List.of(
            "kubernetes.io/hostname",
            "own/label",
            "a.node.kubernetes.io/b",
            "topology.kubernetes.io/zone")) {
      accepts(update(Node.RESOURCE, "", plain, labelled(label)));
    }
  }

  @Test
  void letsANodeReportOnlyItsOwnPods() {
    var running = MINE.withStatus(PodStatus.EMPTY.withPhase("Running"));
    accepts(update(Pod.RESOURCE, "status", MINE, running));
    refuses(
        update(Pod.RESOURCE, "status", OTHERS, OTHERS),
        "update pod status for pods with spec.nodeName");
    var relabelled = MINE.withMetadata(MINE.metadata().withLabels(Map.of("app", "x")));
    refuses(update(Pod.RESOURCE, "status", MINE, relabelled), "cannot update labels");
    refuses(update(Pod.RESOURCE, "", MINE, MINE), "can only create and delete mirror pods");
    refuses(update(Pod.RESOURCE, "resize", MINE, MINE), "unexpected pod subresource");
  }

  @Test
  void letsANodeDeleteAndEvictOnlyItsOwnPods() {
    accepts(request(Operation.DELETE, Pod.RESOURCE, "", "mine", null, MINE));
    refuses(request(Operation.DELETE, Pod.RESOURCE, "", "others", null, OTHERS), "delete pods");
    accepts(request(Operation.CREATE, Pod.RESOURCE, "eviction", "mine", null, null));
    refuses(
        request(Operation.CREATE, Pod.RESOURCE, "eviction", "others", null, null), "evict pods");
  }

  @Test
  void letsANodeCreateOnlyHarmlessMirrorPods() {
    var mirror = mirror("n1");
    accepts(create(Pod.RESOURCE, "", mirror));
    refuses(create(Pod.RESOURCE, "", MINE), "can only create mirror pods");
    refuses(create(Pod.RESOURCE, "", mirror("n2")), "spec.nodeName set to itself");
    refuses(
        create(
            Pod.RESOURCE,
            "",
            mirror.withMetadata(mirror.metadata().withOwnerReferences(List.of()))),
        "owner reference");
    refuses(
        create(Pod.RESOURCE, "", mirror.withSpec(mirror.spec().withServiceAccountName("x"))),
        "service account");
    var secret = Volume.EMPTY.withSecret(SecretVolumeSource.EMPTY.withSecretName("s"));
    refuses(
        create(Pod.RESOURCE, "", mirror.withSpec(mirror.spec().withVolumes(List.of(secret)))),
        "reference secrets");
  }

  @Test
  void givesANodeTokensForItsOwnPodsOnly() {
    accepts(token("Pod", "mine", "mine-uid"));
    refuses(token("Pod", "others", "others-uid"), "scheduled on a different node");
    refuses(token("Pod", "mine", "old"), "does not match the UID in record");
    refuses(token("Pod", "mine", ""), "without a uid");
    refuses(token("Secret", "mine", "x"), "not bound to a pod");
  }

  @Test
  void letsANodeWriteOnlyItsOwnLease() {
    accepts(lease("kube-node-lease", "n1"));
    refuses(lease("kube-node-lease", "n2"), "same name as the requesting node");
    refuses(lease("kube-system", "n1"), "system namespace");
  }

  @Test
  void letsANodeReportOnlySizesOfClaims() {
    var before = PersistentVolumeClaim.EMPTY.withMetadata(meta("data"));
    var grown = before.withStatus(before.status().withConditions(List.of()).withCapacity(Map.of()));
    accepts(update(PersistentVolumeClaim.RESOURCE, "status", before, grown));
    var bound = before.withStatus(before.status().withPhase("Bound"));
    refuses(
        update(PersistentVolumeClaim.RESOURCE, "status", before, bound),
        "other than status.capacity");
    refuses(
        update(PersistentVolumeClaim.RESOURCE, "", before, before), "may only update PVC status");
  }

  @Test
  void leavesOthersAlone() {
    var request = create(Node.RESOURCE, "", labelled("node-role.kubernetes.io/x"));
    var admin = Call.by(UserInfo.of("admin"), "test");

    assertThatCode(
            () ->
                restriction.validate(
                    new AdmissionRequest(
                        request.operation(),
                        admin,
                        request.type(),
                        "",
                        "",
                        "",
                        request.object(),
                        null)))
        .doesNotThrowAnyException();
  }

  @Test
  void letsANodeAskTokensOnlyForAudiencesOfThePod() {
    accepts(token("granted"));
    refuses(
        token("vault"),
        "audience \"vault\" not found in pod spec volume, system:node:n1 is not authorized to"
            + " request tokens for this audience");
    refuses(token("a", "b"), "node may only request 0 or 1 audiences");
  }

  @Test
  void letsANodeSayNothingOfOwnersAndOfOthersDevices() {
    var plain = node("n1");
    var owned =
        plain.withMetadata(
            plain.metadata().withOwnerReferences(List.of(OwnerReference.EMPTY.withName("x"))));
    refuses(update(Node.RESOURCE, "", owned, plain), "not allowed to modify ownerReferences");
    accepts(create(ResourceSlice.RESOURCE, "", slice("n1")));
    refuses(
        create(ResourceSlice.RESOURCE, "", slice("n2")),
        "can only create ResourceSlice with the same NodeName as the requesting node");
  }

  private static ResourceSlice slice(String node) {
    return ResourceSlice.EMPTY
        .withMetadata(meta("s"))
        .withSpec(ResourceSlice.EMPTY.spec().withNodeName(node));
  }

  private static AdmissionRequest token(String... audiences) {
    var asked =
        TokenRequest.EMPTY.withSpec(
            TokenRequestSpec.EMPTY
                .withAudiences(List.of(audiences))
                .withBoundObjectRef(new BoundObjectReference("Pod", "v1", "mine", "mine-uid")));
    return request(Operation.CREATE, ServiceAccount.RESOURCE, "token", "robot", asked, null);
  }

  private void accepts(AdmissionRequest request) {
    assertThatCode(() -> restriction.validate(request)).doesNotThrowAnyException();
  }

  private void refuses(AdmissionRequest request, String why) {
    assertThatThrownBy(() -> restriction.validate(request))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isForbidden()).isTrue())
        .hasMessageContaining(why);
  }

  private static AdmissionRequest token(String kind, String pod, String uid) {
    var asked =
        TokenRequest.EMPTY.withSpec(
            TokenRequestSpec.EMPTY.withBoundObjectRef(
                new BoundObjectReference(kind, "v1", pod, uid)));
    return request(Operation.CREATE, ServiceAccount.RESOURCE, "token", "robot", asked, null);
  }

  private static AdmissionRequest lease(String namespace, String name) {
    var lease = Lease.EMPTY.withMetadata(meta(name).withNamespace(namespace));
    return new AdmissionRequest(
        Operation.CREATE, Call.by(N1, "test"), Lease.RESOURCE, "", namespace, "", lease, null);
  }

  private static AdmissionRequest create(
      ResourceType<?> type, String subresource, KubernetesObject object) {
    return request(Operation.CREATE, type, subresource, "", object, null);
  }

  private static AdmissionRequest update(
      ResourceType<?> type, String subresource, KubernetesObject before, KubernetesObject after) {
    var name = before.metadata().name();
    return request(Operation.UPDATE, type, subresource, name, after, before);
  }

  private static AdmissionRequest request(
      Operation operation,
      ResourceType<?> type,
      String subresource,
      String name,
      @Nullable KubernetesObject object,
      @Nullable KubernetesObject old) {
    return new AdmissionRequest(
        operation, Call.by(N1, "test"), type, subresource, "ns", name, object, old);
  }

  private static Node node(String name) {
    return Node.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name).withUid(name + "-uid"));
  }

  private static Node labelled(String label) {
    var node = node("n1");
    return node.withMetadata(node.metadata().withLabels(Map.of(label, "v")));
  }

  private static Pod pod(String name, String node) {
    return Pod.EMPTY.withMetadata(meta(name)).withSpec(PodSpec.EMPTY.withNodeName(node));
  }

  private static Pod mirror(String node) {
    var owner =
        OwnerReference.EMPTY
            .withApiVersion("v1")
            .withKind("Node")
            .withName("n1")
            .withUid("n1-uid")
            .withController(true);
    var pod = pod("static", node);
    return pod.withMetadata(
        pod.metadata()
            .withAnnotations(Map.of("kubernetes.io/config.mirror", "hash"))
            .withOwnerReferences(List.of(owner)));
  }

  private static ObjectMeta meta(String name) {
    return ObjectMeta.EMPTY.withNamespace("ns").withName(name).withUid(name + "-uid");
  }
}
