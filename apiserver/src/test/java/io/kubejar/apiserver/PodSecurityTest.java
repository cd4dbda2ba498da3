package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodSecurityTest {
  /// A pod that the strictest level accepts.
  private static final String SAFE =
      """
      {"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
       "containers":[{"name":"c","image":"i","securityContext":
         {"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}\
      """;

  @Test
  void refusesWhatTheBaselineForbids() throws InterruptedException {
    var world = labelled(Map.of("enforce", "baseline"));
    var pod = World.pod("a");
    var container =
        pod.spec()
            .containers()
            .getFirst()
            .withSecurityContext(SecurityContext.EMPTY.withPrivileged(true));

    assertThatThrownBy(
            () ->
                world.api.create(
                    Pod.RESOURCE,
                    pod.withSpec(
                        pod.spec()
                            .withHostNetwork(true)
                            .withContainers(java.util.List.of(container)))))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(403))
        .hasMessage(
            "pods \"a\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces"
                + " (hostNetwork=true), privileged (container \"c\" must not set"
                + " securityContext.privileged=true)");
  }

  @Test
  void refusesWhatTheRestrictedLevelForbids() throws InterruptedException {
    var world = labelled(Map.of("enforce", "restricted"));

    assertThatThrownBy(() -> world.api.create(Pod.RESOURCE, World.pod("a")))
        .hasMessage(
            "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\":"
                + " allowPrivilegeEscalation != false (container \"c\" must set"
                + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"
                + " (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]),"
                + " runAsNonRoot != true (pod or container \"c\" must set"
                + " securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must"
                + " set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                + " \"Localhost\")");
  }

  @Test
  void letsSafePodsIntoRestrictedNamespaces() throws InterruptedException {
    var world = labelled(Map.of("enforce", "restricted"));
    var spec = io.kubejar.api.core.v1.PodSpec.CODEC.fromTree(JsonParser.parse(SAFE));

    world.api.create(Pod.RESOURCE, World.pod("a").withSpec(spec));

    assertThat(world.api.get(Pod.RESOURCE, new ObjectKey("default", "a")).metadata().name())
        .isEqualTo("a");
  }

  @Test
  void judgesAsTheVersionDid() throws InterruptedException {
    var world = labelled(Map.of("enforce", "restricted", "enforce-version", "v1.7"));
    var pod = World.pod("a");

    // Version 1.7 knew neither seccomp profiles in fields nor restricted capabilities.
    world.api.create(
        Pod.RESOURCE,
        pod.withSpec(
            pod.spec().withSecurityContext(PodSecurityContext.EMPTY.withRunAsNonRoot(true))));

    assertThat(world.api.get(Pod.RESOURCE, new ObjectKey("default", "a")).metadata().name())
        .isEqualTo("a");
  }

  @Test
  void refusesLabelsThatSayNothing() throws InterruptedException {
    var world = World.started();

    assertThatThrownBy(() -> label(world, Map.of("enforce", "strict", "warn-version", "1.20")))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(422))
        .hasMessage(
            "Namespace \"default\" is invalid:"
                + " [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value:"
                + " \"strict\": must be one of privileged, baseline, restricted,"
                + " metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value:"
                + " \"1.20\": must be \"latest\" or \"v1.x\"]");
  }

  @Test
  void warnsOfPodsThatAStricterPolicyWouldRefuse() throws Exception {
    try (var server = TestServer.start()) {
      server
          .admin()
          .create(
              io.kubejar.api.core.v1.ServiceAccount.RESOURCE,
              io.kubejar.api.core.v1.ServiceAccount.EMPTY.withMetadata(World.named("default")));
      for (var name : new String[] {"b", "a", "c"}) {
        var pod = World.pod(name);
        server.admin().create(Pod.RESOURCE, pod.withSpec(pod.spec().withHostPID(true)));
      }

      var answer =
          Http.as(server, "jane", UserInfo.MASTERS_GROUP)
              .send(
                  "PATCH",
                  "/api/v1/namespaces/default",
                  "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"baseline\"}}}"
                      .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                  "Content-Type",
                  "application/merge-patch+json");

      assertThat(answer.headers().allValues("warning"))
          .containsExactly(
              "299 - \"existing pods in namespace \\\"default\\\" violate the new PodSecurity"
                  + " enforce level \\\"baseline:latest\\\"\"",
              "299 - \"a (and 2 other pods): host namespaces\"");
    }
  }

  @Test
  void warnsOfWorkloadsWhosePodsWouldBeRefused() throws Exception {
    try (var server = TestServer.start()) {
      var http = Http.as(server, "jane", UserInfo.MASTERS_GROUP);
      http.send(
          "PATCH",
          "/api/v1/namespaces/default",
          "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/warn\":\"baseline\"}}}"
              .getBytes(java.nio.charset.StandardCharsets.UTF_8),
          "Content-Type",
          "application/merge-patch+json");
      var deployment =
          (JsonObject)
              JsonParser.parse(
                  """
                  {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},
                   "template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostIPC":true,
                     "containers":[{"name":"c","image":"i"}]}}}}\
                  """);

      var answer = http.post("/apis/apps/v1/namespaces/default/deployments", deployment.toString());

      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.headers().allValues("warning"))
          .containsExactly(
              "299 - \"would violate PodSecurity \\\"baseline:latest\\\": host namespaces"
                  + " (hostIPC=true)\"");
    }
  }

  private static World labelled(Map<String, String> modes) throws InterruptedException {
    var world = World.started();
    label(world, modes);
    return world;
  }

  private static void label(World world, Map<String, String> modes) throws InterruptedException {
    var namespace = world.api.get(Namespace.RESOURCE, ObjectKey.clusterScoped("default"));
    var labels = new java.util.TreeMap<>(namespace.metadata().labels());
    modes.forEach((mode, value) -> labels.put("pod-security.kubernetes.io/" + mode, value));
    world.api.update(
        Namespace.RESOURCE, namespace.withMetadata(namespace.metadata().withLabels(labels)));
  }
}
