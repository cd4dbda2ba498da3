package io.kubejar.client.nodes;

import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Toleration;
import java.util.List;

/// The taints that a pod can live with.
public record Tolerations(List<Toleration> tolerations) {

  public Tolerations {
    tolerations = List.copyOf(tolerations);
  }

  public boolean tolerate(Taint taint) {
    for (var toleration : tolerations) {
      if (tolerates(toleration, taint)) {
        return true;
      }
    }
    return false;
  }

  /// Only the ones that speak of one effect, or of all.
  public Tolerations of(String effect) {
    return new Tolerations(
        tolerations.stream()
            .filter(
                toleration -> toleration.effect().isEmpty() || toleration.effect().equals(effect))
            .toList());
  }

  public static boolean tolerates(Toleration toleration, Taint taint) {
    if (!toleration.effect().isEmpty() && !toleration.effect().equals(taint.effect())) {
      return false;
    }
    if (!toleration.key().isEmpty() && !toleration.key().equals(taint.key())) {
      return false;
    }
    return switch (toleration.operator()) {
      case "", "Equal" -> toleration.value().equals(taint.value());
      case "Exists" -> true;
      case "Lt", "Gt" -> compares(toleration, taint);
      default -> false;
    };
  }

  private static boolean compares(Toleration toleration, Taint taint) {
    try {
      long limit = Long.parseLong(toleration.value());
      long actual = Long.parseLong(taint.value());
      return toleration.operator().equals("Lt") ? actual < limit : actual > limit;
    } catch (NumberFormatException _) {
      return false; // Validation refuses other text in a toleration; a taint may hold anything.
    }
  }
}
