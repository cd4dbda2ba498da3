package io.kubejar.apimachinery.validation;

import java.util.Map;
import java.util.regex.Pattern;

/// What upstream's source calls the fields of the API: `HostPort` for `hostPort`, `FSType` for
/// `fsType`.
final class InternalNames {
  private static final Pattern FIRST_WORD =
      Pattern.compile(
          "(api|aws|ca|cel|cidr|csi|dns|fc|fs|gce|gid|gmsa|grpc|http|id|ip|iqn|iscsi|json|nfs|os|pd"
              + "|qos|rbd|seLinux|ssl|tcp|tls|ttl|tty|uid|url|wwid)(?=$|s$|[A-Z])(.*)");
  private static final Map<String, String> EXCEPTIONS =
      Map.of("cephfs", "CephFS", "storageos", "StorageOS");

  private InternalNames() {}

  static String of(Class<?> type, String component) {
    var name = component.endsWith("_") ? component.substring(0, component.length() - 1) : component;
    var exception = EXCEPTIONS.get(name);
    if (exception != null) {
      return exception;
    }
    var match = FIRST_WORD.matcher(name);
    if (match.matches()) {
      var word = match.group(1);
      return (word.equals("seLinux") ? "SELinux" : upper(word)) + match.group(2);
    }
    var capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return type.getSimpleName().equals("DeviceAttribute") ? value(capital) : capital;
  }

  /// One of a union's values: `IntValue`, `IntValues`.
  private static String value(String kind) {
    return kind.endsWith("s") ? kind.substring(0, kind.length() - 1) + "Values" : kind + "Value";
  }

  private static String upper(String word) {
    return word.toUpperCase(java.util.Locale.ROOT);
  }
}
