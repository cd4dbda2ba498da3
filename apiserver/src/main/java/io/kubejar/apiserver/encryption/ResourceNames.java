package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The names of resources in an encryption configuration: `resource.group`, with `*` for all.
record ResourceNames(List<FieldError> errors) {
  static final GroupResource EVERYTHING = new GroupResource("*", "*");

  /// What lies in the store beside the resources, and never is encrypted.
  private static final Set<String> NO_RESOURCES =
      Set.of("apiserveripinfo", "serviceipallocations", "servicenodeportallocations");

  static GroupResource parse(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? new GroupResource("", name)
        : new GroupResource(name.substring(dot + 1), name.substring(0, dot));
  }

  /// The name as it is written in a file.
  static String text(GroupResource resource) {
    return resource.group().isEmpty() && resource.resource().equals("*")
        ? "*."
        : resource.toString();
  }

  void check(List<String> names, String path) {
    if (names.isEmpty()) {
      errors.add(FieldError.required(path, "at least one " + path + " is required"));
    }
    checkOverlap(names, path);
    for (int i = 0; i < names.size(); i++) {
      var fault = fault(names.get(i));
      if (!fault.isEmpty()) {
        errors.add(FieldError.invalid(path + "[" + i + "]", names.get(i), fault));
      }
    }
  }

  private static String fault(String name) {
    var parsed = parse(name);
    if (!name.toLowerCase(Locale.ROOT).equals(name)) {
      return "resource name should not contain capital letters";
    }
    if (name.equals("*")) {
      return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all"
          + " resources";
    }
    if (NO_RESOURCES.contains(name)) {
      return "resources which do not have REST API/s cannot be encrypted";
    }
    if (parsed.group().equals("events.k8s.io")) {
      return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use"
          + " 'events' instead in the config file";
    }
    if (parsed.group().equals("extensions")) {
      return "'extensions' group has been removed and cannot be used for encryption";
    }
    if (parsed.group().equals("*") && !parsed.resource().equals("*")) {
      return "encrypting the same resource across groups is not supported";
    }
    return "";
  }

  private void checkOverlap(List<String> names, String path) {
    var parsed = names.stream().map(ResourceNames::parse).toList();
    boolean duplicate = Set.copyOf(parsed).size() < parsed.size();
    boolean overlap = false;
    for (int i = 0; i < parsed.size(); i++) {
      for (int j = 0; j < parsed.size(); j++) {
        overlap |= i != j && covers(parsed.get(i), parsed.get(j));
      }
    }
    if (duplicate) {
      var text = "the same resource cannot be specified multiple times";
      errors.add(FieldError.invalid(path, names, text));
    }
    if (overlap) {
      errors.add(
          FieldError.invalid(
              path,
              names,
              "using overlapping resources such as 'secrets' and '*.' in the same resource list is"
                  + " not allowed as they will be masked"));
    }
  }

  private static boolean covers(GroupResource one, GroupResource other) {
    boolean all = one.resource().equals("*");
    return !one.equals(other)
        && all
        && (one.equals(EVERYTHING) || one.group().equals(other.group()));
  }
}
