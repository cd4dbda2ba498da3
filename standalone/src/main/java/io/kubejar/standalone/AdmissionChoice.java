package io.kubejar.standalone;

import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.admission.AdmissionOptions;
import java.util.List;
import java.util.Set;
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

  void check() {
    changed(AdmissionOptions.DEFAULT);
  }

  ApiServerOptions apply(ApiServerOptions options) {
    return options.withAdmission(changed(options.admission()));
  }

  private AdmissionOptions changed(AdmissionOptions usual) {
    try {
      return new AdmissionOptions(Set.copyOf(enabled), Set.copyOf(disabled), usual.podSecurity());
    } catch (IllegalArgumentException unknown) {
      throw CommandFailure.usage(String.valueOf(unknown.getMessage()));
    }
  }
}
