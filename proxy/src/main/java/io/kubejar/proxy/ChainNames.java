package io.kubejar.proxy;

import io.kubejar.apimachinery.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The names of chains and sets: a hash that is unique, and words for people who read the rules.
final class ChainNames {
  /// The kernel takes 127 characters.
  private static final int LONGEST = 120;

  private static final int HASH_BYTES = 5;

  private final String readable;

  ChainNames(ObjectKey service, String protocol, String portName) {
    readable = service.namespace() + "/" + service.name() + "/" + protocol + "/" + portName;
  }

  String service(boolean local) {
    return named(local ? "local-" : "service-", readable);
  }

  String external() {
    return named("external-", readable);
  }

  String firewall() {
    return named("firewall-", readable);
  }

  String endpoint(Target target) {
    return named("endpoint-", readable + "__" + target.address() + "/" + target.port());
  }

  /// The time-out is part of the name: the kernel cannot change that of a set that is there.
  String affinity(Target target, int timeoutSeconds) {
    return named(
        "affinity-" + timeoutSeconds + "-",
        readable + "__" + target.address() + "/" + target.port());
  }

  private static String named(String kind, String readable) {
    var name = kind + hash(readable) + "-" + readable.replace(':', '.');
    return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
