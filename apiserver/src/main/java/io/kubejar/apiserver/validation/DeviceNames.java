package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Names around devices: pools, attributes and identities of shares.
final class DeviceNames {
  private static final int POOL_NAME_MAX = 253;
  private static final int IDENTIFIER_MAX = 32;
  private static final int UUID_LENGTH = 36;
  private static final String IDENTIFIER_REGEX = "[A-Za-z_][A-Za-z0-9_]*";
  private static final Pattern IDENTIFIER = Pattern.compile(IDENTIFIER_REGEX);
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}-(\\p{XDigit}{4}-){3}\\p{XDigit}{12}");
  private static final Pattern BARE_UUID = Pattern.compile("\\p{XDigit}{32}");

  private DeviceNames() {}

  /// A name that is a label; an empty one is just not well-formed.
  static void label(Check at, String name) {
    at.format(name, Formats::dns1123Label);
  }

  static void requiredLabel(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      label(at, name);
    }
  }

  static void className(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, Formats::dns1123Subdomain);
    }
  }

  static void pool(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
      return;
    }
    if (MetadataValidation.bytes(name) > POOL_NAME_MAX) {
      at.tooLong(POOL_NAME_MAX);
    }
    for (var part : name.split("/", -1)) {
      at.format(part, Formats::dns1123Subdomain);
    }
  }

  /// The name of an attribute or a capacity, with or without a domain. Upstream lets names with
  /// more than one slash pass.
  static void qualified(Check at, String name) {
    var parts = name.split("/", -1);
    if (parts.length == 1) {
      identifier(at, name);
    } else if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        at.invalid("", "the domain must not be empty");
      } else {
        StorageKinds.driverName(at, parts[0]);
      }
      if (parts[1].isEmpty()) {
        at.invalid("", "the name must not be empty");
      } else {
        identifier(at, parts[1]);
      }
    }
  }

  static void fullyQualified(Check at, String name) {
    qualified(at, name);
    if (name.indexOf('/') < 0) {
      at.invalid(name, "a fully qualified name must be a domain and a name separated by a slash");
    }
  }

  private static void identifier(Check at, String name) {
    if (MetadataValidation.bytes(name) > IDENTIFIER_MAX) {
      at.tooLong(IDENTIFIER_MAX);
    }
    if (!IDENTIFIER.matcher(name).matches()) {
      at.invalid(
          name,
          Formats.regex(
              "a valid C identifier must start with alphabetic character or '_', followed by a"
                  + " string of alphanumeric characters or '_'",
              IDENTIFIER_REGEX,
              "my_name",
              "MY_NAME",
              "MyName"));
    }
  }

  static void uid(Check at, String uid) {
    var wrong = uuidFault(uid);
    if (!wrong.isEmpty()) {
      at.messages(uid, List.of("error validating uid: " + wrong));
    } else if (uid.length() != UUID_LENGTH || !uid.equals(uid.toLowerCase(Locale.ROOT))) {
      at.invalid(
          uid,
          "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with"
              + " lowercase hexadecimal characters");
    }
  }

  /// What a lenient reader of UUIDs says; empty if it reads the text.
  private static String uuidFault(String uid) {
    var standard = uid;
    switch (uid.length()) {
      case UUID_LENGTH -> {}
      case UUID_LENGTH + 9 -> {
        if (!uid.regionMatches(true, 0, "urn:uuid:", 0, 9)) {
          return "invalid urn prefix: \"" + uid.substring(0, 9) + "\"";
        }
        standard = uid.substring(9);
      }
      case UUID_LENGTH + 2 -> {
        if (!uid.startsWith("{") || !uid.endsWith("}")) {
          return "invalid bracketed UUID format";
        }
        standard = uid.substring(1, uid.length() - 1);
      }
      case UUID_LENGTH - 4 -> {
        return BARE_UUID.matcher(uid).matches() ? "" : "invalid UUID format";
      }
      default -> {
        return "invalid UUID length: " + MetadataValidation.bytes(uid);
      }
    }
    return UUID.matcher(standard).matches() ? "" : "invalid UUID format";
  }
}
