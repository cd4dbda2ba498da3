package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.ConfigMapKeySelector;
import io.kubejar.api.core.v1.ConfigMapVolumeSource;
import io.kubejar.api.core.v1.EmptyDirVolumeSource;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.ExecAction;
import io.kubejar.api.core.v1.ObjectFieldSelector;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Probe;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.SecretVolumeSource;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real containers on a real containerd.
class KubeletTest {
  @TempDir Path directory;
  private TestNode node = new TestNode(Path.of("/"));

  @BeforeEach
  void startNode() throws Exception {
    TestNode.assumePossible();
    node = new TestNode(directory);
    node.start();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (Files.exists(directory.resolve("c"))) {
      node.close();
    }
  }

  @Test
  void runsAPodAndRemovesItAgain() throws Exception {
    node.create(TestNode.pod("web", TestNode.container("main", "sleep", "1000")));

    var pod = node.awaitPod("web", TestNode::ready);

    assertThat(pod.status().phase()).isEqualTo("Running");
    assertThat(pod.status().podIP()).startsWith("10.251.7.");
    assertThat(pod.status().hostIP()).isEqualTo("127.0.0.1");
    assertThat(pod.status().qosClass()).isEqualTo("BestEffort");
    var status = pod.status().containerStatuses().getFirst();
    assertThat(status.image()).isEqualTo(TestNode.IMAGE);
    assertThat(status.imageID()).startsWith("docker.io/library/busybox@sha256:");
    assertThat(status.containerID()).startsWith("containerd://");
    assertThat(status.started()).isTrue();

    node.api.delete(
        Pod.RESOURCE, TestNode.key("web"), DeleteOptions.EMPTY.withGracePeriodSeconds(1L));
    node.awaitGone("web");
    assertThat(node.options.podDirectory(pod.metadata().uid())).doesNotExist();
  }

  @Test
  void restartsACrashedContainerAndThenBacksOff() throws Exception {
    node.create(
        TestNode.pod(
            "crash",
            TestNode.container(
                "main", "sh", "-c", "echo last words > /dev/termination-log; exit 3")));

    var pod =
        node.awaitPod(
            "crash",
            now ->
                now.status().containerStatuses().stream()
                    .map(one -> one.state().waiting())
                    .anyMatch(one -> one != null && one.reason().equals("CrashLoopBackOff")));

    var status = pod.status().containerStatuses().getFirst();
    assertThat(status.restartCount()).isEqualTo(1);
    var last = Objects.requireNonNull(status.lastState().terminated());
    assertThat(last.exitCode()).isEqualTo(3);
    assertThat(last.reason()).isEqualTo("Error");
    assertThat(last.message()).isEqualTo("last words\n");
    var waiting = Objects.requireNonNull(status.state().waiting());
    assertThat(waiting.message())
        .isEqualTo(
            "back-off 10s restarting failed container=main pod=crash_default("
                + pod.metadata().uid()
                + ")");
    assertThat(pod.status().phase()).isEqualTo("Running");
  }

  @Test
  void runsInitContainersOneAfterTheOtherAndASidecarBeside() throws Exception {
    var shared = Volume.EMPTY.withName("shared").withEmptyDir(EmptyDirVolumeSource.EMPTY);
    var mount = VolumeMount.EMPTY.withName("shared").withMountPath("/shared");
    var first =
        TestNode.container("first", "sh", "-c", "echo 1 >> /shared/order")
            .withVolumeMounts(List.of(mount));
    var sidecar =
        TestNode.container("side", "sh", "-c", "echo side >> /shared/order; exec sleep 1000")
            .withVolumeMounts(List.of(mount))
            .withRestartPolicy("Always");
    var main =
        TestNode.container("main", "sh", "-c", "cat /shared/order; exit 0")
            .withVolumeMounts(List.of(mount));
    var pod = TestNode.pod("ordered", main);
    node.create(
        pod.withSpec(
            pod.spec()
                .withVolumes(List.of(shared))
                .withInitContainers(List.of(first, sidecar))
                .withRestartPolicy("Never")));

    var ended = node.awaitPod("ordered", now -> now.status().phase().equals("Succeeded"));

    assertThat(ended.status().initContainerStatuses().getFirst().ready()).isTrue();
    assertThat(ended.status().conditions())
        .filteredOn(one -> one.type().equals("Ready"))
        .allSatisfy(one -> assertThat(one.reason()).isEqualTo("PodCompleted"));
    var log =
        node.options
            .podLogDirectory("default", "ordered", ended.metadata().uid())
            .resolve("main/0.log");
    assertThat(Files.readString(log)).containsSubsequence("stdout F 1", "stdout F side");
  }

  @Test
  void givesContainersTheirEnvironmentAndVolumesAndKeepsThemUpToDate() throws Exception {
    node.api.create(
        ConfigMap.RESOURCE,
        ConfigMap.EMPTY
            .withMetadata(ObjectMeta.builder().namespace("default").name("settings").build())
            .withData(Map.of("color", "blue")));
    node.api.create(
        Secret.RESOURCE,
        Secret.EMPTY
            .withMetadata(ObjectMeta.builder().namespace("default").name("keys").build())
            .withData(Map.of("password", Bytes.utf8("s3cret"))));
    var env =
        List.of(
            EnvVar.EMPTY
                .withName("COLOR")
                .withValueFrom(
                    EnvVarSource.EMPTY.withConfigMapKeyRef(
                        ConfigMapKeySelector.EMPTY.withName("settings").withKey("color"))),
            EnvVar.EMPTY.withName("TEXT").withValue("$(COLOR) of $(NAME)"),
            EnvVar.EMPTY
                .withName("NAME")
                .withValueFrom(
                    EnvVarSource.EMPTY.withFieldRef(
                        ObjectFieldSelector.EMPTY.withFieldPath("metadata.name"))));
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "echo $TEXT; cat /config/color /keys/password; stat -Lc %a /keys/password; while !"
                    + " test \"$(cat /config/color)\" = red; do sleep 0.05; done; echo; echo"
                    + " changed; exec sleep 1000")
            .withEnv(env)
            .withVolumeMounts(
                List.of(
                    VolumeMount.EMPTY.withName("config").withMountPath("/config"),
                    VolumeMount.EMPTY.withName("keys").withMountPath("/keys")));
    var pod = TestNode.pod("volumes", container);
    node.create(
        pod.withSpec(
            pod.spec()
                .withVolumes(
                    List.of(
                        Volume.EMPTY
                            .withName("config")
                            .withConfigMap(ConfigMapVolumeSource.EMPTY.withName("settings")),
                        Volume.EMPTY
                            .withName("keys")
                            .withSecret(
                                SecretVolumeSource.EMPTY
                                    .withSecretName("keys")
                                    .withDefaultMode(0400))))));
    var running = node.awaitPod("volumes", TestNode::ready);
    var key = new ObjectKey("default", "settings");
    node.api.update(
        ConfigMap.RESOURCE, node.api.get(ConfigMap.RESOURCE, key).withData(Map.of("color", "red")));

    var log =
        node.options
            .podLogDirectory("default", "volumes", running.metadata().uid())
            .resolve("main/0.log");
    node.awaitText(log, "changed");
    assertThat(Files.readString(log))
        .contains("stdout F blue of $(NAME)", "stdout F blues3cret400");
  }

  @Test
  void probesDecideOverReadinessAndRestarts() throws Exception {
    var ready =
        Probe.EMPTY
            .withExec(new ExecAction(List.of("test", "-e", "/tmp/ready")))
            .withPeriodSeconds(1)
            .withTimeoutSeconds(1)
            .withFailureThreshold(1)
            .withSuccessThreshold(1);
    var live =
        ready
            .withExec(new ExecAction(List.of("test", "!", "-e", "/tmp/dead")))
            .withTerminationGracePeriodSeconds(1L);
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "touch /tmp/ready; sleep 3; rm /tmp/ready; sleep 3; touch /tmp/dead; exec sleep"
                    + " 1000")
            .withReadinessProbe(ready)
            .withLivenessProbe(live);
    node.create(TestNode.pod("probed", container));

    node.awaitPod("probed", TestNode::ready);
    node.awaitPod("probed", now -> !TestNode.ready(now));
    var restarted =
        node.awaitPod(
            "probed", now -> now.status().containerStatuses().getFirst().restartCount() == 1);

    var last =
        Objects.requireNonNull(
            restarted.status().containerStatuses().getFirst().lastState().terminated());
    assertThat(last.exitCode()).isEqualTo(137);
  }

  @Test
  void findsItsContainersAgainAfterARestart() throws Exception {
    node.create(TestNode.pod("kept", TestNode.container("main", "sleep", "1000")));
    var before = node.awaitPod("kept", TestNode::ready);

    node.stopKubelet();
    node.create(TestNode.pod("next", TestNode.container("main", "sleep", "1000")));
    node.startKubelet(node.options);

    node.awaitPod("next", TestNode::ready);
    var after = node.api.get(Pod.RESOURCE, TestNode.key("kept"));
    assertThat(after.status()).isEqualTo(before.status());
  }

  @Test
  void endsPodsThatWereDeletedWhileItWasAway() throws Exception {
    var asks = ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse("10m")));
    node.create(
        TestNode.pod("orphan", TestNode.container("main", "sleep", "1000").withResources(asks)));
    var pod = node.awaitPod("orphan", TestNode::ready);
    assertThat(node.cgroups(pod)).isNotEmpty();
    node.stopKubelet();
    node.api.delete(
        Pod.RESOURCE, TestNode.key("orphan"), DeleteOptions.EMPTY.withGracePeriodSeconds(0L));

    node.startKubelet(node.options);

    node.create(TestNode.pod("next", TestNode.container("main", "sleep", "1000")));
    node.awaitPod("next", TestNode::ready);
    node.awaitNoSandbox(pod.metadata().uid());
    node.awaitGone(node.options.podDirectory(pod.metadata().uid()));
    node.awaitNoCgroup(pod);
  }

  @Test
  void saysWhyAnImageIsNotThere() throws Exception {
    var missing = TestNode.container("main", "sh").withImage("docker.io/library/nothing:1");
    node.create(TestNode.pod("never", missing.withImagePullPolicy("Never")));

    var pod = node.awaitPod("never", now -> waiting(now).equals("ErrImageNeverPull"));

    assertThat(pod.status().phase()).isEqualTo("Pending");
    var state =
        Objects.requireNonNull(pod.status().containerStatuses().getFirst().state().waiting());
    assertThat(state.message())
        .isEqualTo(
            "Container image \"docker.io/library/nothing:1\" is not present with pull policy of"
                + " Never");
  }

  @Test
  void leavesNoNetworkBehindWhenContainerdDiedBeforeThePurge() throws Exception {
    node.create(TestNode.pod("web", TestNode.container("main", "sleep", "1000")));
    node.awaitPod("web", TestNode::ready);
    var networks = node.networks();
    assertThat(networks).isNotEmpty();

    node.killContainerd();
    node.close();

    assertThat(networks).allSatisfy(network -> assertThat(network).doesNotExist());
  }

  private static String waiting(Pod pod) {
    return pod.status().containerStatuses().stream()
        .map(one -> one.state().waiting())
        .filter(one -> one != null)
        .map(one -> one.reason())
        .findFirst()
        .orElse("");
  }
}
