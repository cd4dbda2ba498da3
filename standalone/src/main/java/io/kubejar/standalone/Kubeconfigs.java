package io.kubejar.standalone;

import io.kubejar.client.Kubeconfig;
import io.kubejar.standalone.layout.ClusterRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The places where users' clients look for the cluster: the user's own kubeconfig, the cluster's
/// copy, and a file that the user asked for.
record Kubeconfigs(ClusterRecord cluster) {
  /// Writes the administrator's access to all of them.
  ///
  /// @param extra one more file, or null
  void publish(Kubeconfig administrator, @Nullable Path extra) {
    try {
      administrator.save(cluster.layout().adminKubeconfig());
      if (extra != null) {
        administrator.save(extra);
      }
      var users = usersOwn();
      Kubeconfig.load(users).merge(administrator).withCurrentContext(cluster.context()).save(users);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the kubeconfig: " + e.getMessage(), e);
    }
  }

  /// Takes the cluster out of the user's kubeconfig; a file that holds nothing else goes.
  void withdraw() {
    var users = usersOwn();
    if (!Files.exists(users)) {
      return;
    }
    try {
      var rest = Kubeconfig.load(users).without(cluster.context());
      if (rest.contextNames().isEmpty()) {
        Files.delete(users);
      } else {
        rest.save(users);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change " + users, e);
    }
  }

  /// The file that kubectl would write to: the first of KUBECONFIG, else the one in the home
  /// directory.
  static Path usersOwn() {
    var variable = System.getenv("KUBECONFIG");
    if (variable != null && !variable.isBlank()) {
      return Path.of(variable.split(":", 2)[0]);
    }
    return home().resolve(".kube").resolve("config");
  }

  private static Path home() {
    var variable = System.getenv("HOME");
    return Path.of(variable == null ? System.getProperty("user.home") : variable);
  }
}
