package io.kubejar.junit;

import io.kubejar.Cluster;
import io.kubejar.KubernetesCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The class that says what a test's cluster is like: its own, or the nearest one around it.
///
/// @param context that class's
record Declared(Class<?> type, KubernetesCluster annotation, ExtensionContext context) {

  static Declared by(ExtensionContext asking) {
    for (var at = asking; at.getTestClass().isPresent(); at = at.getParent().orElseThrow()) {
      var type = at.getRequiredTestClass();
      var annotation = type.getAnnotation(KubernetesCluster.class);
      if (annotation != null && at.getTestMethod().isEmpty() && at.getElement().isPresent()) {
        return new Declared(type, annotation, at);
      }
    }
    throw new ExtensionConfigurationException(
        "no @KubernetesCluster on " + asking.getDisplayName() + " or around it");
  }

  Cluster start() {
    var builder =
        Cluster.builder()
            .nodes(annotation.nodes())
            .controllers(annotation.controllers())
            .scheduler(annotation.scheduler());
    if (annotation.frozen()) {
      builder.frozen();
    }
    if (!annotation.startingAt().isEmpty()) {
      builder.startingAt(Instant.parse(annotation.startingAt()));
    }
    if (annotation.seed() != 0) {
      builder.seed(annotation.seed());
    }
    for (var name : annotation.manifests()) {
      builder.manifests(resource(name));
    }
    return builder.start();
  }

  private String resource(String name) {
    try (var in = type.getResourceAsStream(name)) {
      if (in == null) {
        throw new ExtensionConfigurationException(
            "no manifest " + name + " on the class path of " + type.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest " + name, e);
    }
  }
}
