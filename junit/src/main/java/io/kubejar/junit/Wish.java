package io.kubejar.junit;

import io.kubejar.Cluster;
import io.kubejar.Kubeconfig;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.List;

/// What a parameter or field would like to hold. Types of client libraries are known by their names
/// alone, so that they need not be there.
///
/// @param user empty for the administrator
record Wish(Kind kind, String user, List<String> groups) {
  enum Kind {
    CLUSTER,
    KUBECONFIG_FILE,
    FABRIC8_CLIENT,
    FABRIC8_CONFIG,
    OFFICIAL_CLIENT,
    NOTHING_OF_OURS
  }

  static Wish of(Parameter parameter) {
    return of(parameter, parameter.getType());
  }

  static Wish of(Field field) {
    return of(field, field.getType());
  }

  private static Wish of(AnnotatedElement place, Class<?> type) {
    var chosen = place.getAnnotation(Kubeconfig.class);
    var kind =
        switch (type.getName()) {
          case "io.fabric8.kubernetes.client.KubernetesClient" -> Kind.FABRIC8_CLIENT;
          case "io.fabric8.kubernetes.client.Config" -> Kind.FABRIC8_CONFIG;
          case "io.kubernetes.client.openapi.ApiClient" -> Kind.OFFICIAL_CLIENT;
          default -> kind(type, chosen != null);
        };
    return chosen == null
        ? new Wish(kind, "", List.of())
        : new Wish(kind, chosen.user(), List.of(chosen.groups()));
  }

  private static Kind kind(Class<?> type, boolean kubeconfig) {
    if (type.equals(Cluster.class)) {
      return Kind.CLUSTER;
    }
    // Other paths are somebody else's, a temporary directory's perhaps.
    return type.equals(Path.class) && kubeconfig ? Kind.KUBECONFIG_FILE : Kind.NOTHING_OF_OURS;
  }

  boolean isGranted() {
    return kind != Kind.NOTHING_OF_OURS;
  }
}
