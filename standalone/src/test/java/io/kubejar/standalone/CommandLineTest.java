package io.kubejar.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a person reads who mistypes, and what help teaches.
final class CommandLineTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final ByteArrayOutputStream complained = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setOut(out);
    System.setErr(err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "up --no-such-flag",
        "up --port=high",
        "up --port=0 --name=x --control-plane-only",
        "up --name=Not_A_Name",
        "image",
        "status -o xml",
        "logs --tail=0",
        "server --etcd-servers=localhost:2379 --port=70000",
        "server --audit-log-maxage=-1",
        "server --no-such-flag",
        "simulate",
        "simulate --nodes=0",
        "simulate --nodes=1 --pods=111",
        "up --control-plane-only --name=never-made --disable-admission-plugins=NoSuchPlugin",
        "up --control-plane-only --name=never-made --encryption-provider-config-automatic-reload",
      })
  void whatMakesNoSenseIsOneLineAndCodeTwo(String arguments) {
    int code = Main.run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

    assertThat(code).isEqualTo(2);
    var lines = complained.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).startsWith("kubejar: ").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--authentication-config",
        "--authorization-config",
        "--requestheader-client-ca-file",
        "--authentication-token-webhook-config-file",
        "--audit-policy-file",
        "--encryption-provider-config",
      })
  void aFileThatCannotBeUsedIsOneLineAndCodeOne(String option) {
    for (var command : List.of("up --control-plane-only", "server")) {
      complained.reset();
      var arguments = command + " --name=never-made " + option + "=/no/such/file";

      assertThat(Main.run(arguments.split(" ", -1))).isEqualTo(1);

      assertThat(complained.toString(StandardCharsets.UTF_8))
          .startsWith("kubejar: ")
          .contains("/no/such/file")
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--audit-policy-file", "--encryption-provider-config"})
  void aFileThatSaysNothingUsefulIsOneLineAndCodeOne(String option, @TempDir Path directory)
      throws IOException {
    var file = Files.writeString(directory.resolve("bad.yaml"), "kind: Nonsense\n");

    assertThat(Main.run("server", "--name=never-made", option + "=" + file)).isEqualTo(1);

    assertThat(complained.toString(StandardCharsets.UTF_8)).contains("bad.yaml").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down", "status", "logs", "image", "server"})
  void everyCommandTeachesItself(String command) {
    assertThat(Main.run(command, "--help")).isZero();

    assertThat(said.toString(StandardCharsets.UTF_8)).contains("Usage: kubejar " + command);
  }

  @Test
  void aClusterThatDoesNotExistIsNamedWithTheWayToMakeIt() {
    int code = Main.run("status", "--name=never-made");

    assertThat(code).isEqualTo(1);
    assertThat(complained.toString(StandardCharsets.UTF_8))
        .contains("there is no cluster named never-made", "kubejar up --name never-made");
  }
}
