package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ManagedFieldsEntry;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// What the server itself writes into an object's metadata.
final class Metadata {
  /// Upstream's alphabet for generated names: no vowels, and nothing that looks like another
  /// letter.
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX_LENGTH = 5;
  private static final int GENERATED_NAME_MAX = 63;

  private Metadata() {}

  /// The object with the request's namespace filled in.
  ///
  /// @throws ApiException 400 if it names another one
  static <T extends KubernetesObject> T inNamespace(
      ResourceType<T> type, T object, String namespace) {
    var own = object.metadata().namespace();
    if (type.namespaced() && own.isEmpty()) {
      return with(object, object.metadata().withNamespace(namespace));
    }
    if (!type.namespaced() && !own.isEmpty()) {
      return with(object, object.metadata().withNamespace(""));
    }
    if (type.namespaced() && !own.equals(namespace)) {
      throw ApiException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    return object;
  }

  static <T extends KubernetesObject> T named(T object, RandomGenerator random) {
    var metadata = object.metadata();
    if (!metadata.name().isEmpty() || metadata.generateName().isEmpty()) {
      return object;
    }
    return with(object, metadata.withName(generate(metadata.generateName(), random)));
  }

  static String generate(String base, RandomGenerator random) {
    int longest = GENERATED_NAME_MAX - SUFFIX_LENGTH;
    var name = new StringBuilder(base.length() > longest ? base.substring(0, longest) : base);
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }

  /// A new object's system fields; whatever the client wrote there is dropped.
  static <T extends KubernetesObject> T asNew(T object, Instant now, RandomGenerator random) {
    var metadata =
        object
            .metadata()
            .withUid(uid(random))
            .withCreationTimestamp(seconds(now))
            .withDeletionTimestamp(null)
            .withDeletionGracePeriodSeconds(null)
            .withResourceVersion("")
            .withSelfLink("");
    return with(object, metadata);
  }

  /// What an update cannot change.
  static <T extends KubernetesObject> T preserving(T object, T old) {
    var metadata = object.metadata();
    var before = old.metadata();
    var kept =
        metadata
            .withUid(metadata.uid().isEmpty() ? before.uid() : metadata.uid())
            .withCreationTimestamp(
                before.creationTimestamp() == null
                    ? metadata.creationTimestamp()
                    : before.creationTimestamp())
            .withSelfLink("");
    if (before.deletionTimestamp() != null) {
      kept = kept.withDeletionTimestamp(before.deletionTimestamp());
    }
    if (before.deletionGracePeriodSeconds() != null && kept.deletionGracePeriodSeconds() == null) {
      kept = kept.withDeletionGracePeriodSeconds(before.deletionGracePeriodSeconds());
    }
    return with(object, kept);
  }

  /// The old object if nothing but the times of its managers is new: then there is nothing to
  /// write.
  static <T extends KubernetesObject> T withoutNews(T object, T old) {
    var before = old.metadata();
    if (!untimed(object.metadata()).equals(untimed(before))) {
      return object;
    }
    var same = object.metadata().withManagedFields(before.managedFields());
    var candidate = with(object, same.withResourceVersion(before.resourceVersion()));
    return candidate.equals(old) ? old : object;
  }

  private static List<ManagedFieldsEntry> untimed(ObjectMeta metadata) {
    return metadata.managedFields().stream().map(entry -> entry.withTime(null)).toList();
  }

  static Instant seconds(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String uid(RandomGenerator random) {
    long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x0000_0000_0000_4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  static <T extends KubernetesObject> T with(T object, ObjectMeta metadata) {
    return (T) object.withMetadata(metadata);
  }

  /// The object without managers of its fields.
  static <T extends KubernetesObject> T unmanaged(T object) {
    return with(object, object.metadata().withManagedFields(List.of()));
  }
}
