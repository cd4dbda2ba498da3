package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
  @TempDir Path directory;

  private static final String FOREIGN =
      """
      apiVersion: v1
      kind: Config
      clusters:
      - name: work
        cluster:
          server: https://work.example:6443
          extension-of-others: [1, "two", true]
      users:
      - name: work
        user:
          exec: {command: login, args: ["--yes", "true"]}
      contexts:
      - name: work
        context: {cluster: work, user: work, namespace: team}
      current-context: work
      """;

  @Test
  void keepsWhatOtherToolsHaveWritten() throws IOException {
    var file = directory.resolve("config");
    Files.writeString(file, FOREIGN);
    Kubeconfig.load(file).merge(ours()).save(file);
    var merged = Kubeconfig.load(file);

    assertThat(merged.contextNames()).containsExactly("work", "kubejar-dev");
    assertThat(merged.currentContext()).isEqualTo("work");
    var known = Kubeconfig.parse(FOREIGN, directory);
    assertThat(merged.entry("clusters", "work", "cluster"))
        .isEqualTo(known.entry("clusters", "work", "cluster"));
    assertThat(merged.entry("users", "work", "user"))
        .isEqualTo(known.entry("users", "work", "user"));
  }

  @Test
  void whatIsWrittenReadsAsTheSameTree() {
    var config = Kubeconfig.parse(FOREIGN, directory).merge(ours());

    assertThat(Yaml.parse(config.toYaml())).isEqualTo(config.tree());
  }

  @Test
  void canBeReadByItsOwnerOnly() throws IOException {
    var file = directory.resolve("deep/er/config");
    ours().save(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void replacesItsOwnEntriesAndRemovesThemAgain() {
    var config = Kubeconfig.parse(FOREIGN, directory).merge(ours()).merge(ours());
    assertThat(config.contextNames()).containsExactly("work", "kubejar-dev");
    var rest = config.withCurrentContext("kubejar-dev").without("kubejar-dev");

    assertThat(rest.contextNames()).containsExactly("work");
    assertThat(rest.currentContext()).isEmpty();
  }

  @Test
  void saysWhatIsMissing() {
    var config = Kubeconfig.parse(FOREIGN, directory);

    assertThatThrownBy(() -> config.access("gone", "test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone");
    assertThatThrownBy(() -> Kubeconfig.empty().access("test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no current context");
  }

  @Test
  void aTextThatIsNoKubeconfigIsRefused() throws IOException {
    var file = directory.resolve("config");
    Files.writeString(file, "- a list");

    assertThatThrownBy(() -> Kubeconfig.load(file)).isInstanceOf(IOException.class);
  }

  @Test
  void aTokenFileIsReadAnewEachTime() throws IOException {
    Files.writeString(directory.resolve("token"), "one\n");
    var text =
        """
        clusters:
        - {name: c, cluster: {server: "http://127.0.0.1:1"}}
        users:
        - {name: u, user: {tokenFile: token}}
        contexts:
        - {name: x, context: {cluster: c, user: u}}
        """;
    var access = Kubeconfig.parse(text, directory).access("x", "test");
    assertThat(access.bearerToken().get()).contains("one");
    Files.writeString(directory.resolve("token"), "two");

    assertThat(access.bearerToken().get()).contains("two");
  }

  private static Kubeconfig ours() {
    return Kubeconfig.empty()
        .withCluster("kubejar-dev", "https://127.0.0.1:6443", "pem")
        .withTokenUser("kubejar-dev", "secret")
        .withContext("kubejar-dev", "kubejar-dev", "kubejar-dev");
  }
}
