package io.kubejar.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import org.junit.jupiter.api.Test;

/// What writers hear although they get what they want.
class CautionsTest {
  private static KubernetesObject object(String yaml) {
    var tree = (JsonObject) Yaml.parse(yaml);
    var kind = GroupVersionKind.parse(tree.text("apiVersion"), tree.text("kind"));
    return read(BuiltInResources.find(kind).orElseThrow(), tree);
  }

  private static <T extends KubernetesObject> T read(ResourceType<T> type, JsonValue tree) {
    return type.codec().fromTree(tree);
  }

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: a}}
      spec:
        nodeSelector: {beta.kubernetes.io/os: linux}
        terminationGracePeriodSeconds: -1
        hostAliases: [{ip: 1.2.3.4}, {ip: 1.2.3.4}]
        volumes: [{name: g, gitRepo: {repository: a}}]
        containers:
        - name: c
          env: [{name: A, value: b}, {name: A, value: c}]
          ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: TCP}]
          resources: {limits: {memory: 100m}}
      """;

  @Test
  void namesWhatIsDeprecatedOrDoesNothing() {
    assertThat(Cautions.of(object(POD), null))
        .containsExactly(
            "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use"
                + " \"kubernetes.io/os\" instead",
            "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in"
                + " v1.27+; use the \"seccompProfile\" field instead",
            "spec.hostAliases[1].ip: duplicate ip \"1.2.3.4\"",
            "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
            "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped"
                + " when using apply",
            "spec.containers[0].resources.limits[memory]: fractional byte value \"100m\" is"
                + " invalid, must be an integer",
            "spec.containers[0].ports[1]: duplicate port definition with"
                + " spec.containers[0].ports[0]",
            "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and"
                + " will be treated as 1");
  }

  @Test
  void saysItOfTemplatesToo() {
    var set =
        object(
            """
            apiVersion: apps/v1
            kind: StatefulSet
            spec:
              revisionHistoryLimit: -1
              template: {spec: {volumes: [{name: r, rbd: {image: i}}]}}
            """);

    assertThat(Cautions.of(set, null))
        .containsExactly(
            "spec.template.spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+",
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value"
                + " >= 0 is recommended");
    assertThat(Cautions.of(set, set)).hasSize(1);
  }

  @Test
  void repeatsNothingForAnUpdate() {
    var pod = object(POD);

    assertThat(Cautions.of(pod, pod)).isEmpty();
  }

  @Test
  void knowsTheDeprecatedWaysToChooseAClass() {
    var ingress =
        object(
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {annotations:"
                + " {kubernetes.io/ingress.class: a}}}");
    var claim =
        object(
            "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {annotations:"
                + " {volume.beta.kubernetes.io/storage-class: a}}}");

    assertThat(Cautions.of(ingress, null))
        .containsExactly(
            "annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
                + " 'spec.ingressClassName' instead");
    assertThat(Cautions.of(claim, null))
        .containsExactly(
            "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8;"
                + " use \"storageClassName\" attribute instead");
  }
}
