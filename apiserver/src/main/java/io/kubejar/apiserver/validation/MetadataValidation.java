package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ManagedFieldsEntry;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What must hold for the metadata of every object.
final class MetadataValidation {
  private static final int LARGEST_ANNOTATIONS_BYTES = 256 << 10;
  private static final int LONGEST_MANAGER_BYTES = 128;
  private static final int LONGEST_SUBRESOURCE_BYTES = 256;
  private static final String ORPHAN = "orphan";
  private static final String FOREGROUND = "foregroundDeletion";

  private MetadataValidation() {}

  static void create(
      Check at, ObjectMeta metadata, boolean namespaced, Function<String, List<String>> name) {
    if (!metadata.generateName().isEmpty()) {
      var prefix = metadata.generateName();
      at.at("generateName").messages(prefix, name.apply(withoutTrailingDash(prefix)));
    }
    if (metadata.name().isEmpty()) {
      at.at("name").required("name or generateName is required");
    } else {
      at.at("name").format(metadata.name(), name);
    }
    if (namespaced && metadata.namespace().isEmpty()) {
      at.at("namespace").required("");
    } else if (namespaced) {
      at.at("namespace").format(metadata.namespace(), Formats::dns1123Label);
    } else if (!metadata.namespace().isEmpty()) {
      at.at("namespace").forbidden("not allowed on this type");
    }
    always(at, metadata);
  }

  /// A prefix may end with a dash: something will follow it.
  private static String withoutTrailingDash(String prefix) {
    return prefix.length() > 1 && prefix.endsWith("-")
        ? prefix.substring(0, prefix.length() - 2) + "a"
        : prefix;
  }

  private static void always(Check at, ObjectMeta metadata) {
    at.at("generation").nonNegative(metadata.generation());
    labels(at.at("labels"), metadata.labels());
    annotations(at.at("annotations"), metadata.annotations());
    owners(at.at("ownerReferences"), metadata.ownerReferences());
    finalizers(at.at("finalizers"), metadata.finalizers());
    at.at("managedFields").each(metadata.managedFields(), MetadataValidation::managedFields);
  }

  /// Upstream looks at the metadata as a whole first, then at what has changed.
  static void update(Check at, ObjectMeta metadata, ObjectMeta old) {
    always(at, metadata);
    if (!metadata.finalizers().equals(old.finalizers())) {
      noNewFinalizersWhileDeleted(at.at("finalizers"), metadata, old);
    }
    if (metadata.generation() < old.generation()) {
      at.at("generation").invalid(metadata.generation(), "must not be decremented");
    }
    at.at("name").immutable(metadata.name(), old.name());
    at.at("namespace").immutable(metadata.namespace(), old.namespace());
    // What a client leaves out of these is kept from the old object.
    if (!metadata.uid().isEmpty()) {
      at.at("uid").immutable(metadata.uid(), old.uid());
    }
    unchanged(at.at("creationTimestamp"), metadata.creationTimestamp(), old.creationTimestamp());
    unchanged(at.at("deletionTimestamp"), metadata.deletionTimestamp(), old.deletionTimestamp());
    unchanged(
        at.at("deletionGracePeriodSeconds"),
        metadata.deletionGracePeriodSeconds(),
        old.deletionGracePeriodSeconds());
  }

  private static void unchanged(Check at, @Nullable Object value, @Nullable Object old) {
    if (value != null) {
      at.immutable(value, old);
    }
  }

  private static void noNewFinalizersWhileDeleted(Check at, ObjectMeta metadata, ObjectMeta old) {
    if (old.deletionTimestamp() == null) {
      return;
    }
    var extra = new ArrayList<>(metadata.finalizers());
    extra.removeAll(old.finalizers());
    if (!extra.isEmpty()) {
      var names =
          extra.stream()
              .distinct()
              .sorted()
              .map(name -> "\"" + name + "\"")
              .collect(Collectors.joining(", "));
      at.forbidden(
          "no new finalizers can be added if the object is being deleted, found new finalizers"
              + " []string{"
              + names
              + "}");
    }
  }

  static void labels(Check at, Map<String, String> labels) {
    labels.forEach(
        (key, value) -> {
          at.format(key, Formats::labelKey);
          at.format(value, Formats::labelValue);
        });
  }

  static void annotations(Check at, Map<String, String> annotations) {
    long size = 0;
    for (var entry : annotations.entrySet()) {
      at.messages(entry.getKey(), Formats.labelKey(entry.getKey().toLowerCase(Locale.ROOT)));
      size += bytes(entry.getKey()) + bytes(entry.getValue());
    }
    if (size > LARGEST_ANNOTATIONS_BYTES) {
      at.tooLong(LARGEST_ANNOTATIONS_BYTES);
    }
  }

  static long bytes(String text) {
    // No text has fewer bytes than this, and most have no more.
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) >= 0x80) {
        return text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return length;
  }

  /// The path does not tell which owner is meant, as upstream's does not.
  private static void owners(Check at, List<OwnerReference> owners) {
    var controller = "";
    for (var owner : owners) {
      owner(at, owner);
      if (Boolean.TRUE.equals(owner.controller())) {
        var name = owner.kind() + "/" + owner.name();
        if (controller.isEmpty()) {
          controller = name;
        } else {
          at.invalid(
              owners,
              "Only one reference can have Controller set to true. Found \"true\" in references for"
                  + " "
                  + controller
                  + " and "
                  + name);
        }
      }
    }
  }

  private static void owner(Check at, OwnerReference owner) {
    var version = owner.apiVersion();
    int slash = version.indexOf('/');
    if (version.isEmpty() || slash != version.lastIndexOf('/') || version.endsWith("/")) {
      at.at("apiVersion").invalid(version, "version must not be empty");
    }
    text(at.at("kind"), owner.kind());
    text(at.at("name"), owner.name());
    text(at.at("uid"), owner.uid());
    if (version.equals("v1") && owner.kind().equals("Event")) {
      at.invalid(owner, "/v1, Kind=Event is disallowed from being an owner");
    }
  }

  private static void text(Check at, String text) {
    if (text.isEmpty()) {
      at.invalid("", "must not be empty");
    }
  }

  private static void finalizers(Check at, List<String> finalizers) {
    for (var finalizer : finalizers) {
      at.format(finalizer, Formats::labelKey);
    }
    if (finalizers.contains(ORPHAN) && finalizers.contains(FOREGROUND)) {
      at.invalid(finalizers, "finalizer " + ORPHAN + " and " + FOREGROUND + " cannot be both set");
    }
  }

  /// The metadata of an object that will be made from a template: labels and annotations only.
  static void template(Check at, ObjectMeta metadata) {
    annotations(at.at("annotations"), metadata.annotations());
    labels(at.at("labels"), metadata.labels());
    unset(at.at("name"), metadata.name().isEmpty());
    unset(at.at("generateName"), metadata.generateName().isEmpty());
    unset(at.at("namespace"), metadata.namespace().isEmpty());
    unset(at.at("selfLink"), metadata.selfLink().isEmpty());
    unset(at.at("uID"), metadata.uid().isEmpty()); // As upstream derives it from its own name.
    unset(at.at("resourceVersion"), metadata.resourceVersion().isEmpty());
    unset(at.at("generation"), metadata.generation() == 0);
    unset(at.at("creationTimestamp"), metadata.creationTimestamp() == null);
    unset(at.at("deletionTimestamp"), metadata.deletionTimestamp() == null);
    unset(at.at("deletionGracePeriodSeconds"), metadata.deletionGracePeriodSeconds() == null);
    unset(at.at("ownerReferences"), metadata.ownerReferences().isEmpty());
    unset(at.at("finalizers"), metadata.finalizers().isEmpty());
    unset(at.at("managedFields"), metadata.managedFields().isEmpty());
  }

  private static void unset(Check at, boolean unset) {
    if (!unset) {
      at.forbidden("cannot be set");
    }
  }

  /// What upstream's own kinds demand beyond that.
  static void qualifiedFinalizers(Check at, List<String> finalizers) {
    at.each(
        finalizers,
        (item, finalizer) -> {
          if (finalizer.indexOf('/') < 0 && !isWellKnown(finalizer)) {
            item.invalid(
                finalizer, "name is neither a standard finalizer name nor is it fully qualified");
          }
        });
  }

  private static boolean isWellKnown(String finalizer) {
    return finalizer.equals("kubernetes")
        || finalizer.equals(ORPHAN)
        || finalizer.equals(FOREGROUND);
  }

  private static void managedFields(Check at, ManagedFieldsEntry entry) {
    if (!entry.operation().equals("Apply") && !entry.operation().equals("Update")) {
      at.at("operation").invalid(entry.operation(), "must be `Apply` or `Update`");
    }
    if (!entry.fieldsType().isEmpty() && !entry.fieldsType().equals("FieldsV1")) {
      at.at("fieldsType").invalid(entry.fieldsType(), "must be `FieldsV1`");
    }
    manager(at.at("manager"), entry.manager());
    if (bytes(entry.subresource()) > LONGEST_SUBRESOURCE_BYTES) {
      at.at("subresource").tooLong(LONGEST_SUBRESOURCE_BYTES);
    }
  }

  /// The name under which a writer's fields are kept.
  static void manager(Check at, String manager) {
    if (bytes(manager) > LONGEST_MANAGER_BYTES) {
      at.tooLong(LONGEST_MANAGER_BYTES);
    }
    int position = 0; // In bytes, as Go counts.
    for (int c : manager.codePoints().toArray()) {
      if (!isPrintable(c)) {
        at.invalid(
            manager, String.format("invalid character U+%04X (at position %d)", c, position));
      }
      position += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
    }
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> true;
    };
  }

  static void selector(Check at, @Nullable LabelSelector selector) {
    selector(at, selector, true);
  }

  /// @param withValues whether the values of expressions must be such as labels can have
  static void selector(Check at, @Nullable LabelSelector selector, boolean withValues) {
    if (selector == null) {
      return;
    }
    labels(at.at("matchLabels"), selector.matchLabels());
    at.at("matchExpressions")
        .each(
            selector.matchExpressions(),
            (item, requirement) -> {
              switch (requirement.operator()) {
                case "In", "NotIn" -> {
                  if (requirement.values().isEmpty()) {
                    item.at("values")
                        .required("must be specified when `operator` is 'In' or 'NotIn'");
                  }
                }
                case "Exists", "DoesNotExist" -> {
                  if (!requirement.values().isEmpty()) {
                    item.at("values")
                        .forbidden(
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                  }
                }
                default ->
                    item.at("operator")
                        .invalid(requirement.operator(), "not a valid selector operator");
              }
              item.at("key").format(requirement.key(), Formats::labelKey);
              if (withValues) {
                item.at("values")
                    .each(
                        requirement.values(),
                        (value, text) -> value.format(text, Formats::labelValue));
              }
            });
  }

  /// Whether an expression names a value that no label can have.
  static boolean hasInvalidValue(@Nullable LabelSelector selector) {
    return selector != null
        && selector.matchExpressions().stream()
            .flatMap(requirement -> requirement.values().stream())
            .anyMatch(value -> !Formats.labelValue(value).isEmpty());
  }

  static boolean isEmpty(@Nullable LabelSelector selector) {
    return selector == null
        || (selector.matchLabels().isEmpty() && selector.matchExpressions().isEmpty());
  }
}
