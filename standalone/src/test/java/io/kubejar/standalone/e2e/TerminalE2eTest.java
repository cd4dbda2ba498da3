package io.kubejar.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.standalone.linux.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a person does at a terminal: shells in containers, attached sessions, debugging, logs of
/// the last while.
final class TerminalE2eTest {
  private static final String PODS =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: desk
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: docker.io/library/busybox:e2e
            command: [sleep, "100000"]
          - name: shell
            image: docker.io/library/busybox:e2e
            command: [sh]
            stdin: true
            tty: true
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: talker
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: docker.io/library/busybox:e2e
            command: [sh, -c, "echo early; sleep 25; echo late; exec sleep 100000"]
      """;

  @SuppressWarnings("NullAway.Init")
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.named("terminal");
    assumeTrue(Programs.find("script").isPresent(), "script (of bsdutils) is not installed");
    cluster.up("--port=16460", "--kubelet-port=20260");
    var image = BusyboxImage.write(cluster.file("busybox.tar"));
    cluster.kubejar("image", "load", image.toString()).orFail();
    cluster.kubectl("apply", "-f", cluster.write("pods.yaml", PODS));
    cluster.kubectl("wait", "pod/desk", "pod/talker", "--for=condition=Ready", "--timeout=60s");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aShellInAContainerKnowsTheTerminalAndFollowsItsSize() throws Exception {
    var resize = cluster.file("resize");
    Shell.run(Duration.ofSeconds(10), Map.of(), List.of("mkfifo", resize.toString())).orFail();
    var exec =
        cluster.startOnTerminal(
            "stty rows 33 cols 101\n(read -r size < %s; stty rows 44 cols 120 < /dev/tty) &"
                .formatted(resize),
            "exec",
            "-it",
            "desk",
            "-c",
            "main",
            "--",
            "sh",
            "-c",
            "test -t 0 && echo on-a-terminal; while :; do now=$(stty size); test \"$now\" ="
                + " \"$last\" || echo \"size $now\"; last=$now; usleep 50000; done");
    try (var seen = exec.inputReader()) {
      assertThat(readUntil(seen, "size 33 101")).contains("on-a-terminal");
      Files.writeString(resize, "now\n");
      assertThat(readUntil(seen, "size 44 120")).isNotNull();
    } finally {
      end(exec);
    }
  }

  @Test
  void whatIsTypedInAShellIsDoneAndItsExitCodeIsTold() throws Exception {
    var exec = cluster.startOnTerminal("", "exec", "-it", "desk", "-c", "main", "--", "sh");
    try (var seen = exec.inputReader();
        var typing = exec.outputWriter()) {
      typing.write("echo $((6 * 7))-answers\n");
      typing.flush();
      assertThat(readUntil(seen, "42-answers")).isNotNull();
      typing.write("exit 5\n");
      typing.flush();
      assertThat(readUntil(seen, "exit code 5")).isNotNull();
    } finally {
      end(exec);
    }
  }

  @Test
  void attachingTypesIntoTheProcessItself() throws Exception {
    var attach = cluster.startOnTerminal("", "attach", "-it", "desk", "-c", "shell");
    try (var seen = attach.inputReader();
        var typing = attach.outputWriter()) {
      typing.write("echo process $$ answers\n");
      typing.flush();
      assertThat(readUntil(seen, "process 1 answers")).isNotNull();
    } finally {
      end(attach);
    }
  }

  @Test
  void debuggingAddsAContainerThatSeesTheProcessesOfAnother() {
    cluster.kubectl(
        "debug",
        "desk",
        "--image=docker.io/library/busybox:e2e",
        "--target=main",
        "--container=debugger",
        "--image-pull-policy=IfNotPresent",
        "--",
        "sh",
        "-c",
        "ps; sleep 100000");

    cluster.kubectl(
        "wait",
        "pod/desk",
        "--for=jsonpath={.status.ephemeralContainerStatuses[0].state.running}",
        "--timeout=60s");
    assertThat(cluster.kubectl("exec", "desk", "-c", "debugger", "--", "ps"))
        .contains("sleep 100000");
    assertThat(cluster.kubectl("logs", "desk", "-c", "debugger")).contains("sleep 100000");
    assertThat(cluster.kubectl("describe", "pod", "desk")).contains("Ephemeral Containers:");
  }

  @Test
  void logsOfTheLastWhileLeaveOutWhatIsOlder() throws Exception {
    var follow = cluster.startKubectl("logs", "-f", "talker");
    try (var seen = follow.inputReader()) {
      assertThat(readUntil(seen, "late")).contains("early");
    } finally {
      end(follow);
    }

    assertThat(cluster.kubectl("logs", "talker", "--since=1h")).isEqualTo("early\nlate\n");
    assertThat(cluster.kubectl("logs", "talker", "--since=20s")).isEqualTo("late\n");
  }

  /// What was printed up to the first line with this text.
  private static String readUntil(BufferedReader reader, String text) throws IOException {
    var all = new StringBuilder();
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      all.append(line).append('\n');
      if (line.contains(text)) {
        return all.toString();
      }
    }
    throw new AssertionError("ended without \"" + text + "\":\n" + all);
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }
}
