package io.kubejar.controllers.deployment;

import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.controllers.history.RevisionHash;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/// Compares pod templates and gives each a short name.
final class Templates {
  static final String HASH_LABEL = "pod-template-hash";

  private static final int FNV_PRIME = 16_777_619;
  private static final int FNV_BASIS = 0x811c9dc5;

  private Templates() {}

  /// Whether they are the same but for the label that tells the pods of several ReplicaSets apart.
  static boolean sameTemplate(PodTemplateSpec left, PodTemplateSpec right) {
    return withoutHash(left).equals(withoutHash(right));
  }

  /// The same template and count give the same hash, in every process and for ever.
  static String hash(PodTemplateSpec template, int collisionCount) {
    int hash = FNV_BASIS;
    for (byte each : PodTemplateSpec.CODEC.toProtobuf(template)) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    if (collisionCount > 0) {
      for (byte each : Integer.toString(collisionCount).getBytes(StandardCharsets.US_ASCII)) {
        hash = (hash ^ (each & 0xff)) * FNV_PRIME;
      }
    }
    return RevisionHash.safe(hash);
  }

  static PodTemplateSpec withHash(PodTemplateSpec template, String hash) {
    var labels = new LinkedHashMap<>(template.metadata().labels());
    labels.put(HASH_LABEL, hash);
    return template.withMetadata(template.metadata().withLabels(labels));
  }

  private static PodTemplateSpec withoutHash(PodTemplateSpec template) {
    if (!template.metadata().labels().containsKey(HASH_LABEL)) {
      return template;
    }
    var labels = new LinkedHashMap<>(template.metadata().labels());
    labels.remove(HASH_LABEL);
    return template.withMetadata(template.metadata().withLabels(labels));
  }
}
