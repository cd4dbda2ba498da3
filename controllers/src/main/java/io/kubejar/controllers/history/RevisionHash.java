package io.kubejar.controllers.history;

import io.kubejar.apimachinery.RawExtension;
import java.nio.charset.StandardCharsets;

/// The short text by which a revision and its pods are told from others. As upstream has it for
/// StatefulSets: FNV-1 over the data and the collision count.
public final class RevisionHash {
  /// No vowels, and nothing that looks like something else.
  private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";

  private static final int FNV_PRIME = 16_777_619;
  private static final int FNV_BASIS = 0x811c9dc5;

  /// Of an owner's name, so that the whole name stays a name.
  private static final int PREFIX_MAX = 223;

  private RevisionHash() {}

  static String of(RawExtension data, int collisionCount) {
    int hash = fnv1(FNV_BASIS, data.raw().toArray());
    var count = Integer.toString(collisionCount);
    return safe(fnv1(hash, count.getBytes(StandardCharsets.US_ASCII)));
  }

  /// The name of the revision with this hash.
  static String name(String owner, String hash) {
    return owner.substring(0, Math.min(owner.length(), PREFIX_MAX)) + "-" + hash;
  }

  /// A number in characters that make no words.
  public static String safe(int hash) {
    var safe = new StringBuilder();
    Integer.toUnsignedString(hash)
        .chars()
        .forEach(c -> safe.append(SAFE.charAt(c % SAFE.length())));
    return safe.toString();
  }

  private static int fnv1(int start, byte[] bytes) {
    int hash = start;
    for (byte each : bytes) {
      hash = hash * FNV_PRIME ^ (each & 0xff);
    }
    return hash;
  }
}
