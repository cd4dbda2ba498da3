package io.kubejar.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import java.util.List;
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
      metadata: {name: p, annotations: {seccomp.security.alpha.kubernetes.io/pod: a}}
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
            "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
            "spec.hostAliases[1].ip: duplicate ip \"1.2.3.4\"",
            "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in"
                + " v1.27+; use the \"seccompProfile\" field instead",
            "spec.containers[0].resources.limits[memory]: fractional byte value \"100m\" is"
                + " invalid, must be an integer",
            "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped"
                + " when using apply",
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

  private static List<String> of(String yaml) {
    return Cautions.of(object(yaml), null);
  }

  @Test
  void tellsOfPodsThatMatchNothing() {
    assertThat(
            of(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: P
                  annotations: {security.alpha.kubernetes.io/sysctls: a}
                spec:
                  affinity:
                    nodeAffinity:
                      preferredDuringSchedulingIgnoredDuringExecution:
                      - preference: {matchExpressions: [{key: beta.kubernetes.io/os, values: [a b]}]}
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a}]
                  topologySpreadConstraints: [{topologyKey: beta.kubernetes.io/arch}]
                  imagePullSecrets: [{name: a}, {name: a}, {}]
                  dnsConfig: {nameservers: [2001:DB8::1]}
                  hostAliases: [{ip: 010.0.0.1}]
                """))
        .containsExactly(
            "metadata.name: this is used in the Pod's hostname, which can result in surprising"
                + " behavior; a DNS label is recommended: [a lowercase RFC 1123 label must consist"
                + " of lower case alphanumeric characters or '-', and must start and end with an"
                + " alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
                + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]"
                + ".preference.matchExpressions[0].key: beta.kubernetes.io/os is deprecated since"
                + " v1.14; use \"kubernetes.io/os\" instead",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]"
                + ".preference.matchExpressions[0].values[0]: a b is invalid, a valid label must"
                + " be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                + " must start and end with an alphanumeric character (e.g. 'MyValue',  or"
                + " 'my_value',  or '12345', regex used for validation is"
                + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            "spec.topologySpreadConstraints[0].topologyKey: beta.kubernetes.io/arch is deprecated"
                + " since v1.14; use \"kubernetes.io/arch\" instead",
            "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in"
                + " matching no pod",
            "metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+;"
                + " use the \"sysctls\" field instead",
            "spec.imagePullSecrets[1].name: duplicate name \"a\"",
            "spec.imagePullSecrets[2].name: invalid empty name \"\"",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
                + ".labelSelector: a null labelSelector results in matching no pod",
            "spec.dnsConfig.nameservers[0]: IPv6 address \"2001:DB8::1\" should be in RFC 5952"
                + " canonical format (\"2001:db8::1\")",
            "spec.hostAliases[0].ip: non-standard IP address \"010.0.0.1\" is invalid: use"
                + " \"10.0.0.1\"");
  }

  @Test
  void tellsOfPortsAndFilesThatMeet() {
    assertThat(
            of(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  volumes:
                  - name: m
                    configMap: {name: c, items: [{key: a, path: a}, {key: b, path: a/b/}]}
                  - name: e
                    projected:
                      sources:
                      - {}
                      - secret: {name: s, items: [{key: a, path: t}]}
                      - serviceAccountToken: {path: t}
                  containers:
                  - name: c
                    env: [{name: A, value: b}, {name: A, value: $(A)c}]
                    ports:
                    - {name: http, containerPort: 80, protocol: TCP, hostPort: 1}
                    - {name: http, containerPort: 80, protocol: TCP}
                    - {containerPort: 80, protocol: TCP, hostPort: 1, hostIP: 10.0.0.1}
                    - {containerPort: 81, protocol: TCP, hostIP: 10.0.0.1}
                """))
        .containsExactly(
            "volume \"m\" (ConfigMap \"c\"): overlapping paths: \"a/b\" with \"a\"",
            "volume \"e\" (Projected) has no sources provided",
            "volume \"e\" (Projected): overlapping paths: \"t\" (ServiceAccountToken) with \"t\""
                + " (Secret \"s\")",
            "spec.containers[0].ports[1]: overlapping port definition with"
                + " spec.containers[0].ports[0]",
            "spec.containers[0].ports[2]: dangerously ambiguous port definition with"
                + " spec.containers[0].ports[0]",
            "spec.containers[0].ports[2]: overlapping port definition with"
                + " spec.containers[0].ports[1]",
            "spec.containers[0].ports[3]: hostIP set without hostPort: {Name: HostPort:0"
                + " ContainerPort:81 Protocol:TCP HostIP:10.0.0.1}",
            "spec.containers[0].ports[1]: duplicate port name \"http\" with"
                + " spec.containers[0].ports[0], services and probes that select ports by name will"
                + " use spec.containers[0].ports[0]");
  }

  @Test
  void tellsOfServicesWhoseFieldsDoNothing() {
    assertThat(
            of(
                """
                apiVersion: v1
                kind: Service
                spec:
                  type: ClusterIP
                  clusterIP: None
                  sessionAffinity: ClientIP
                  externalIPs: [10.0.0.1]
                  externalName: a
                  loadBalancerIP: "::ffff:10.0.0.1"
                  loadBalancerSourceRanges: [10.0.0.1/24, 2001:DB8::/64]
                  trafficDistribution: PreferClose
                """))
        .containsExactly(
            "spec.loadBalancerIP is ignored for headless services",
            "spec.externalIPs is ignored for headless services",
            "spec.SessionAffinity is ignored for headless services",
            "spec.loadBalancerIP: non-standard IP address \"::ffff:10.0.0.1\" is invalid: use"
                + " \"10.0.0.1\"",
            "spec.loadBalancerSourceRanges[0]: CIDR value \"10.0.0.1/24\" is ambiguous in this"
                + " context (should be \"10.0.0.0/24\" or \"10.0.0.1/32\"?)",
            "spec.loadBalancerSourceRanges[1]: IPv6 CIDR value \"2001:DB8::/64\" should be in RFC"
                + " 5952 canonical format (\"2001:db8::/64\")",
            "spec.externalName is ignored when spec.type is not \"ExternalName\"",
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
  }

  @Test
  void tellsOfQuotasDriversAndReservedNames() {
    assertThat(
            of(
                "{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: 2, limits.cpu: 1,"
                    + " requests.storage: 1, limits.storage: 2}}}"))
        .containsExactly("ResourceQuota cpu (2) should be less than limits.cpu (1)");
    assertThat(
            of(
                "{apiVersion: storage.k8s.io/v1, kind: CSIDriver, spec: {tokenRequests: [{audience:"
                    + " a}]}}"))
        .hasSize(1);
    assertThat(
            of(
                "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy,"
                    + " metadata: {name: a.static.k8s.io}}"))
        .hasSize(1);
    assertThat(of("{apiVersion: v1, kind: Secret, type: kubernetes.io/tls, data: {tls.crt: QQ==}}"))
        .containsExactly("tls: failed to find any PEM data in certificate input");
  }

  @Test
  void looksAtReportedAddresses() {
    var pod = object("{apiVersion: v1, kind: Pod, status: {podIPs: [{ip: 010.0.0.1}]}}");

    assertThat(NetworkCautions.ofStatus(pod))
        .containsExactly(
            "status.podIPs[0].ip: non-standard IP address \"010.0.0.1\" is invalid: use"
                + " \"10.0.0.1\"");
  }
}
