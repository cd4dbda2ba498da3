package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.KubernetesObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All plugins, in order.
public record Admission(List<AdmissionPlugin> plugins) {
  public static final Admission NONE = new Admission(List.of());

  public Admission {
    plugins = List.copyOf(plugins);
  }

  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    var current = request;
    for (var plugin : plugins) {
      current = current.withObject(plugin.mutate(current));
    }
    return current.object();
  }

  public void validate(AdmissionRequest request) throws InterruptedException {
    for (var plugin : plugins) {
      plugin.validate(request);
    }
  }
}
