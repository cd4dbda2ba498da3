package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.protobuf.ProtobufFormatException;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import io.kubejar.apiserver.kms.KmsPlugin.Encrypted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A value with the encrypted key that it was encrypted with: upstream's message `EncryptedObject`.
///
/// @param key what the plugin made of the key, or of the seed of keys
/// @param kind what is made of that: [#SEED], or [#KEY] in values of old versions
record Envelope(Bytes data, Encrypted key, int kind) {
  /// The key of AES-GCM itself.
  static final int KEY = 0;

  /// A seed for [SeededAesGcm].
  static final int SEED = 1;

  private static final int KEY_BYTES_MAX = 1024;
  private static final int KEY_ID_BYTES_MAX = 1024;
  private static final int ANNOTATION_BYTES_MAX = 32 * 1024;

  /// Takes the place of data where there is none yet.
  private static final Bytes NO_DATA = Bytes.of(new byte[] {0});

  /// What all values have in common that are written with this seed.
  static Envelope empty(Encrypted seed) {
    return new Envelope(NO_DATA, seed, SEED);
  }

  Envelope with(byte[] encrypted) {
    return new Envelope(Bytes.wrap(encrypted), key, kind);
  }

  /// Two envelopes with the same identity have the same key inside.
  record Identity(int kind, Bytes ciphertext, String keyId, Map<String, Bytes> annotations) {}

  Identity identity() {
    return new Identity(kind, key.ciphertext(), key.keyId(), key.annotations());
  }

  byte[] encode() {
    var out = new ProtobufWriter();
    if (kind != KEY) {
      out.number(5, kind);
    }
    out.bytesMap(4, key.annotations());
    out.bytes(3, key.ciphertext());
    if (!key.keyId().isEmpty()) {
      out.string(2, key.keyId());
    }
    out.bytes(1, data);
    return out.bytes();
  }

  /// @throws UnreadableException if this is no envelope, or a bad one
  static Envelope decode(byte[] stored) throws UnreadableException {
    try {
      var envelope = read(ProtobufReader.of(stored));
      envelope.check();
      return envelope;
    } catch (ProtobufFormatException malformed) {
      throw new UnreadableException(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static Envelope read(ProtobufReader in) {
    var data = Bytes.EMPTY;
    var keyId = "";
    var ciphertext = Bytes.EMPTY;
    var annotations = Map.<String, Bytes>of();
    int kind = KEY;
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> data = in.bytes();
        case 2 -> keyId = in.string();
        case 3 -> ciphertext = in.bytes();
        case 4 -> annotations = in.putBytes(annotations);
        case 5 -> kind = in.int32();
        default -> in.skip();
      }
    }
    return new Envelope(data, new Encrypted(ciphertext, keyId, annotations), kind);
  }

  void check() throws UnreadableException {
    if (kind != KEY && kind != SEED) {
      throw new UnreadableException("unknown encryptedDEKSourceType: " + kind);
    }
    if (data.isEmpty()) {
      throw new UnreadableException("encrypted data is empty");
    }
    var source = "failed to validate encrypted DEK source: encrypted DEK source is ";
    if (key.ciphertext().isEmpty()) {
      throw new UnreadableException(source + "empty");
    }
    if (key.ciphertext().size() > KEY_BYTES_MAX) {
      throw new UnreadableException(source + tooLong(key.ciphertext().size(), KEY_BYTES_MAX));
    }
    var fault = keyIdFault(key.keyId());
    if (!fault.isEmpty()) {
      throw new UnreadableException("failed to validate key id: " + fault);
    }
    checkAnnotations();
  }

  /// What is wrong with the name of a key; nothing if it is good.
  static String keyIdFault(String keyId) {
    int length = keyId.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0) {
      return "keyID is empty";
    }
    return length > KEY_ID_BYTES_MAX ? "keyID is " + tooLong(length, KEY_ID_BYTES_MAX) : "";
  }

  private static String tooLong(int length, int max) {
    return length + " bytes, which exceeds the max size of " + max;
  }

  private void checkAnnotations() throws UnreadableException {
    var faults = new ArrayList<String>();
    long total = 0;
    for (var annotation : new TreeMap<>(key.annotations()).entrySet()) {
      var name = annotation.getKey();
      faults.addAll(nameFaults(name));
      total += name.getBytes(StandardCharsets.UTF_8).length + annotation.getValue().size();
    }
    if (total > ANNOTATION_BYTES_MAX) {
      faults.add(
          "total size of annotations is "
              + total
              + ", which exceeds the max size of "
              + ANNOTATION_BYTES_MAX);
    }
    if (!faults.isEmpty()) {
      var text = faults.size() == 1 ? faults.getFirst() : "[" + String.join(", ", faults) + "]";
      throw new UnreadableException("failed to validate annotations: " + text);
    }
  }

  /// A name must be a domain name of at least two parts.
  private static List<String> nameFaults(String name) {
    if (name.isEmpty()) {
      return List.of("annotations: Required value");
    }
    var bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    var faults =
        Formats.dns1123Subdomain(bare).stream()
            .map(fault -> "annotations: Invalid value: \"" + bare + "\": " + fault)
            .toList();
    if (!faults.isEmpty() || bare.contains(".")) {
      return faults;
    }
    return List.of(
        "annotations: Invalid value: \""
            + bare
            + "\": should be a domain with at least two segments separated by dots");
  }
}
