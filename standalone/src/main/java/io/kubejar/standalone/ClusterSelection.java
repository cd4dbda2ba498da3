package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterLayout;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.layout.ClusterRegistry;
import io.kubejar.standalone.linux.User;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options by which every command is told which cluster it is about.
final class ClusterSelection {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "the cluster's name; several can live on one machine (default: default)")
  private String name = "default";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "where the cluster keeps everything (default: /var/lib/kubejar/NAME)")
  private @Nullable Path dataDir;

  /// The name, checked.
  String name() {
    if (!NAME.matcher(name).matches()) {
      throw CommandFailure.usage(
          "--name must be lower-case letters, digits and '-', at most 30 characters: " + name);
    }
    return name;
  }

  ClusterRegistry registry() {
    return ClusterRegistry.ofUser(User.isRoot(), Path.of(System.getProperty("user.home")));
  }

  /// The cluster, if it was ever created.
  Optional<ClusterRecord> find() {
    var known = registry().find(name());
    return known.isPresent() ? known : ClusterRecord.load(dataDir());
  }

  /// The cluster, or a failure that says how to create it.
  ClusterRecord require() {
    return find()
        .orElseThrow(
            () ->
                CommandFailure.because(
                    "there is no cluster named "
                        + name()
                        + "; create it with: kubejar up"
                        + suffix()));
  }

  Path dataDir() {
    return dataDir == null
        ? registry().defaultDataDir(name())
        : dataDir.toAbsolutePath().normalize();
  }

  ClusterLayout layout() {
    return find().map(ClusterRecord::layout).orElseGet(() -> new ClusterLayout(dataDir()));
  }

  /// What to add to a command line to mean this cluster.
  String suffix() {
    return name.equals("default") ? "" : " --name " + name;
  }
}
