package io.kubejar.standalone;

import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.encryption.EncryptionFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How objects are encrypted in the store. The names of the options are those of kube-apiserver.
final class EncryptionChoice {
  @Option(
      names = "--encryption-provider-config",
      paramLabel = "FILE",
      description = "an EncryptionConfiguration: how objects are encrypted in the store")
  private @Nullable Path file;

  @Option(
      names = "--encryption-provider-config-automatic-reload",
      paramLabel = "BOOL",
      arity = "0..1",
      fallbackValue = "true",
      description = "follow that file while the cluster runs")
  private boolean followed;

  void check() {
    if (followed && file == null) {
      throw CommandFailure.usage(
          "--encryption-provider-config-automatic-reload must be set with"
              + " --encryption-provider-config");
    }
    if (file != null) {
      EncryptionFile.check(file);
    }
  }

  ApiServerOptions apply(ApiServerOptions options) {
    if (file == null) {
      return options;
    }
    EncryptionFile.load(file, options.encryption());
    return followed ? options.withEncryptionFile(file) : options;
  }
}
