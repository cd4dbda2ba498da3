package io.kubejar.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMapVolumeSource;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.LocalObjectReference;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.PersistentVolumeClaimVolumeSource;
import io.kubejar.api.core.v1.PersistentVolumeSpec;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ProjectedVolumeSource;
import io.kubejar.api.core.v1.RBDPersistentVolumeSource;
import io.kubejar.api.core.v1.SecretKeySelector;
import io.kubejar.api.core.v1.SecretProjection;
import io.kubejar.api.core.v1.SecretReference;
import io.kubejar.api.core.v1.SecretVolumeSource;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeProjection;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.api.storage.v1.VolumeAttachmentSpec;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAuthorizerTest {
  private static final UserInfo N1 = UserInfo.of("system:node:n1", "system:nodes");

  private final NodeAuthorizer authorizer =
      new NodeAuthorizer(new World(List.of(pod())), BootstrapPolicy.load());

  @ParameterizedTest
  @CsvSource({
    // What its pod uses, in the pod's namespace.
    "get, ns, '', secrets, volume-secret, true",
    "list, ns, '', secrets, volume-secret, true",
    "watch, ns, '', secrets, env-secret, true",
    "get, ns, '', secrets, pull-secret, true",
    "get, ns, '', secrets, projected-secret, true",
    "get, ns, '', secrets, driver-secret, true",
    "get, ns, '', configmaps, settings, true",
    "get, ns, '', persistentvolumeclaims, data, true",
    "get, '', '', persistentvolumes, pv, true",
    "update, ns, '', persistentvolumeclaims/status, data, true",
    "get, ns, '', pods, web, true",
    "create, ns, '', serviceaccounts/token, robot, true",
    // What it does not use.
    "get, ns, '', secrets, other, false",
    "get, other, '', secrets, volume-secret, false",
    "list, ns, '', secrets, '', false",
    "watch, '', '', secrets, '', false",
    "update, ns, '', secrets, volume-secret, false",
    "delete, ns, '', configmaps, settings, false",
    "list, ns, '', persistentvolumeclaims, '', false",
    "get, '', '', persistentvolumes, other, false",
    "get, ns, '', pods, other, false",
    "create, ns, '', serviceaccounts/token, admin, false",
    "create, ns, '', serviceaccounts, robot, false",
    // Its own objects.
    "get, '', '', nodes, n1, true",
    "get, '', '', nodes, n2, false",
    "list, '', '', nodes, '', false",
    "patch, '', '', nodes/status, n1, true",
    "delete, '', '', nodes, n1, false",
    "update, kube-node-lease, coordination.k8s.io, leases, n1, true",
    "update, kube-node-lease, coordination.k8s.io, leases, n2, false",
    "update, kube-system, coordination.k8s.io, leases, n1, false",
    "list, kube-node-lease, coordination.k8s.io, leases, '', false",
    "update, '', storage.k8s.io, csinodes, n1, true",
    "get, '', storage.k8s.io, csinodes, n2, false",
    "get, '', storage.k8s.io, volumeattachments, mine, true",
    "get, '', storage.k8s.io, volumeattachments, other, false",
    // What all nodes may.
    "list, '', '', services, '', true",
    "create, ns, '', events, '', true",
    "patch, ns, '', pods/status, web, true",
    "create, ns, '', pods/eviction, web, true",
    "list, '', node.k8s.io, runtimeclasses, '', true",
    "delete, ns, apps, deployments, x, false",
    "create, ns, '', pods/exec, web, false",
  })
  void decides(
      String verb, String namespace, String group, String resource, String name, boolean allowed) {
    var asked = Attributes.resource(N1, verb, namespace, group, resource).withName(name);

    assertThat(authorizer.authorize(asked).allowed()).isEqualTo(allowed);
  }

  @Test
  void explainsWhatIsMissing() {
    var asked = Attributes.resource(N1, "get", "ns", "", "secrets").withName("other");

    assertThat(authorizer.authorize(asked))
        .isEqualTo(
            new Decision.NoOpinion("no relationship found between node 'n1' and this object"));
  }

  @Test
  void showsANodeOnlyItsOwnPods() {
    var list = Attributes.resource(N1, "list", "", "", "pods");

    assertThat(authorizer.authorize(list).allowed()).isFalse();
    assertThat(
            authorizer
                .authorize(list.withSelectors(Selectors.parse("spec.nodeName=n2", "")))
                .allowed())
        .isFalse();
    assertThat(
            authorizer
                .authorize(list.withSelectors(Selectors.parse("spec.nodeName!=n1", "")))
                .allowed())
        .isFalse();
    assertThat(
            authorizer
                .authorize(list.withSelectors(Selectors.parse("spec.nodeName=n1", "")))
                .allowed())
        .isTrue();
    assertThat(
            authorizer
                .authorize(
                    list.withSelectors(
                        Selectors.parse("status.phase=Running,spec.nodeName==n1", "")))
                .allowed())
        .isTrue();
  }

  @Test
  void hasNoOpinionOnOthers() {
    var otherNode = UserInfo.of("system:node:n2", "system:nodes");
    var pretender = UserInfo.of("system:node:n1", "system:authenticated");
    var nameless = UserInfo.of("system:node:", "system:nodes");
    for (var user : List.of(otherNode, pretender, nameless, UserInfo.of("jane", "system:nodes"))) {
      var asked = Attributes.resource(user, "get", "ns", "", "secrets").withName("env-secret");
      assertThat(authorizer.authorize(asked).allowed()).isFalse();
    }
    assertThat(authorizer.authorize(Attributes.nonResource(N1, "get", "/metrics")).allowed())
        .isFalse();
  }

  private static Pod pod() {
    var variable =
        EnvVar.EMPTY.withValueFrom(
            EnvVarSource.EMPTY.withSecretKeyRef(SecretKeySelector.EMPTY.withName("env-secret")));
    var projected =
        ProjectedVolumeSource.EMPTY.withSources(
            List.of(
                VolumeProjection.EMPTY.withSecret(
                    SecretProjection.EMPTY.withName("projected-secret"))));
    return Pod.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("ns").withName("web"))
        .withSpec(
            PodSpec.EMPTY
                .withNodeName("n1")
                .withServiceAccountName("robot")
                .withImagePullSecrets(List.of(new LocalObjectReference("pull-secret")))
                .withInitContainers(List.of(Container.EMPTY.withEnv(List.of(variable))))
                .withVolumes(
                    List.of(
                        Volume.EMPTY.withSecret(
                            SecretVolumeSource.EMPTY.withSecretName("volume-secret")),
                        Volume.EMPTY.withConfigMap(
                            ConfigMapVolumeSource.EMPTY.withName("settings")),
                        Volume.EMPTY.withProjected(projected),
                        Volume.EMPTY.withPersistentVolumeClaim(
                            PersistentVolumeClaimVolumeSource.EMPTY.withClaimName("data")))));
  }

  private record World(List<Pod> pods) implements NodeObjects {
    @Override
    public List<Pod> podsOn(String node, String namespace) {
      return pods.stream()
          .filter(pod -> pod.spec().nodeName().equals(node))
          .filter(pod -> pod.metadata().namespace().equals(namespace))
          .toList();
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
      return Optional.of(
              PersistentVolumeClaim.EMPTY.withSpec(
                  PersistentVolumeClaimSpec.EMPTY.withVolumeName("pv")))
          .filter(claim -> namespace.equals("ns") && name.equals("data"));
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
      var driver =
          RBDPersistentVolumeSource.EMPTY.withSecretRef(new SecretReference("driver-secret", "ns"));
      var claim = ObjectReference.EMPTY.withNamespace("ns").withName("data");
      return Optional.of(
              PersistentVolume.EMPTY.withSpec(
                  PersistentVolumeSpec.EMPTY.withRbd(driver).withClaimRef(claim)))
          .filter(volume -> name.equals("pv"));
    }

    @Override
    public Optional<VolumeAttachment> attachment(String name) {
      var node = name.equals("mine") ? "n1" : "n2";
      return Optional.of(
          VolumeAttachment.EMPTY.withSpec(VolumeAttachmentSpec.EMPTY.withNodeName(node)));
    }

    @Override
    public Optional<ResourceSlice> resourceSlice(String name) {
      return Optional.empty();
    }
  }
}
