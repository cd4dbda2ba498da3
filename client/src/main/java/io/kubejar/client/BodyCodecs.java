package io.kubejar.client;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;

/// Finds the codec of what is posted to a subresource.
final class BodyCodecs {
  private BodyCodecs() {}

  /// Every generated record has its codec in a constant of the same name; a Binding or an Eviction
  /// is no resource of its own, so there is no table to look it up in.
  static byte[] toJson(KubernetesObject body) {
    try {
      @SuppressWarnings("unchecked") // A record's codec reads and writes that record.
      var codec = (Codec<KubernetesObject>) body.getClass().getField("CODEC").get(null);
      return codec.toJson(body);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalArgumentException("has no codec: " + body.getClass(), missing);
    }
  }
}
