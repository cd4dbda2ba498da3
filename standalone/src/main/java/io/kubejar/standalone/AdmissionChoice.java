package io.kubejar.standalone;

import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.admission.AdmissionConfiguration;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.admission.PluginSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which admission plugins take part. The names of the options are those of kube-apiserver.
final class AdmissionChoice {
  @Option(
      names = "--enable-admission-plugins",
      paramLabel = "NAME",
      split = ",",
      description = "admission plugins that are on beside the usual ones")
  private List<String> enabled = List.of();

  @Option(
      names = "--disable-admission-plugins",
      paramLabel = "NAME",
      split = ",",
      description = "admission plugins that are off")
  private List<String> disabled = List.of();

  @Option(
      names = "--admission-control-config-file",
      paramLabel = "FILE",
      description = "an AdmissionConfiguration: what single admission plugins are told")
  private @Nullable Path configuration;

  void check() {
    changed(AdmissionOptions.DEFAULT);
  }

  ApiServerOptions apply(ApiServerOptions options) {
    return options.withAdmission(changed(options.admission()));
  }

  private AdmissionOptions changed(AdmissionOptions usual) {
    try {
      return new AdmissionOptions(
          Set.copyOf(enabled), Set.copyOf(disabled), settings(usual.settings()));
    } catch (IllegalArgumentException unknown) {
      throw CommandFailure.usage(String.valueOf(unknown.getMessage()));
    }
  }

  private PluginSettings settings(PluginSettings usual) {
    var file = configuration;
    return file == null
        ? usual
        : AdmissionConfiguration.read(text(file), path -> text(file.resolveSibling(path)));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw CommandFailure.usage("cannot read " + file + ": " + unreadable.getMessage());
    }
  }
}
