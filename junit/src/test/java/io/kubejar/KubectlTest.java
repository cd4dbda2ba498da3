package io.kubejar;

import static io.kubejar.Workloads.pod;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What users do with real kubectl; skipped where there is none.
@Timeout(60)
class KubectlTest {
  private static final Path KUBECTL = Path.of("/usr/bin/kubectl");

  @TempDir private Path home;
  private final Cluster cluster = Cluster.builder().metricsApi().frozen().start();

  @BeforeEach
  void runPod() throws IOException {
    assumeTrue(Files.isExecutable(KUBECTL), "needs kubectl at " + KUBECTL);
    Files.writeString(home.resolve("kubeconfig"), cluster.kubeconfig());
    cluster
        .pods()
        .log("one", "two")
        .use("250m", "64Mi")
        .answerExec(
            call -> {
              var input = new String(call.stdin().readAllBytes(), UTF_8);
              call.stdout().write(input.toUpperCase(Locale.ROOT).getBytes(UTF_8));
              call.stderr().write(String.join(" ", call.command()).getBytes(UTF_8));
              return 3;
            })
        .answerPorts(
            connection -> {
              connection.output().write(connection.input().readNBytes(4));
            });
    cluster.apply(pod("web", "Always"));
    cluster.settle();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private ProcessBuilder kubectl(String... arguments) {
    var builder = new ProcessBuilder(arguments);
    builder.command().addFirst(KUBECTL.toString());
    builder.environment().put("KUBECONFIG", home.resolve("kubeconfig").toString());
    builder.environment().put("HOME", home.toString());
    return builder;
  }

  private static String output(ProcessBuilder builder) throws Exception {
    var process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return process.waitFor() + " " + text;
  }

  @Test
  void logsAndTop() throws Exception {
    assertThat(output(kubectl("logs", "web"))).isEqualTo("0 one\ntwo\n");
    assertThat(output(kubectl("top", "pods", "--no-headers")).strip()).matches("0 web +250m +64Mi");
    assertThat(output(kubectl("top", "nodes", "--no-headers")).strip())
        .matches("0 node-0 +250m +0% +64Mi +0%");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void exec(String webSockets) throws Exception {
    var builder = kubectl("exec", "-i", "web", "--", "sh", "-c", "x");
    builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", webSockets);
    var process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write("hello".getBytes(UTF_8));
    }

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("HELLO");
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .startsWith("sh -c x")
        .contains("command terminated with exit code 3");
    assertThat(process.waitFor()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void portForward(String webSockets) throws Exception {
    var builder = kubectl("port-forward", "--address", "127.0.0.1", "pod/web", ":8080");
    builder.environment().put("KUBECTL_PORT_FORWARD_WEBSOCKETS", webSockets);
    var process = builder.redirectErrorStream(true).start();
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      var line = String.valueOf(lines.readLine());
      assertThat(line).matches("Forwarding from 127.0.0.1:\\d+ -> 8080");
      int port = Integer.parseInt(line.replaceAll(".*:(\\d+) .*", "$1"));
      for (var text : new String[] {"ping", "pong"}) {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
          socket.getOutputStream().write(text.getBytes(UTF_8));
          assertThat(socket.getInputStream().readAllBytes()).isEqualTo(text.getBytes(UTF_8));
        }
      }
    } finally {
      process.destroy();
      process.waitFor();
    }
  }
}
