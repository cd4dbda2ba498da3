package io.kubejar.apiserver.strategy;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.structural.PublishedSchema;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.cache.FieldIndex;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.table.TableView;
import io.kubejar.apiserver.table.Tables;
import io.kubejar.apiserver.validation.Validation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rules for writing objects of one kind. This class has the rules that most kinds share:
/// clients of the main resource cannot set the status, clients of `status` cannot set anything
/// else, and the generation counts the changes of what is wanted.
public class Strategy<T extends KubernetesObject> {
  private final ResourceType<T> type;
  private final Optional<Part<T>> status;
  private final Optional<Part<T>> spec;
  private final boolean countsGenerations;

  public Strategy(ResourceType<T> type) {
    this.type = type;
    status =
        type.subresource("status").isPresent() ? Part.of(type.type(), "status") : Optional.empty();
    spec = Part.of(type.type(), "spec");
    countsGenerations = KindRules.countsGenerations(type.groupResource());
  }

  public final ResourceType<T> type() {
    return type;
  }

  /// The schema that patches and managed fields follow; empty if the kind has none.
  public Optional<TypeSchema> schema() {
    return Schemas.of(type.gvk()).map(schema -> schema);
  }

  /// How its objects look in a table.
  public TableView<T> table() {
    return Tables.of(type);
  }

  /// Refuses a field that objects cannot be selected by.
  ///
  /// @param version whose field it is
  /// @throws io.kubejar.apimachinery.ApiException 400
  public void checkSelectable(ResourceType<?> version, String field) {
    SelectableFields.check(version, field);
  }

  /// The value of a version's field that objects can be selected by; empty if it is not set.
  public String selectable(ResourceType<?> version, T object, String field) {
    return SelectableFields.value(object, SelectableFields.stored(version, field));
  }

  /// A field by which many clients select, so that it pays to find objects by it.
  public Optional<FieldIndex<T>> index() {
    return Optional.empty();
  }

  /// What the OpenAPI documents say of a kind that is known at run time only; empty for the others.
  public Optional<PublishedSchema.Kind> published() {
    return Optional.empty();
  }

  /// What clients of the kind should hear with every answer.
  public List<String> standingWarnings() {
    return Deprecations.of(type);
  }

  /// The number of replicas of an object of a kind that has the subresource `scale`.
  public Scale scale(T object) {
    return Scales.of(object);
  }

  /// The object with another number of replicas.
  public T withReplicas(T object, int replicas) {
    return Scales.withReplicas(object, replicas);
  }

  /// Where the number of replicas stands, by version; empty for a version without a scale.
  public Map<String, String> replicasPlaces() {
    return Scales.PLACES;
  }

  /// What is stored of a new object.
  public T prepareForCreate(Call call, T object) throws InterruptedException {
    var enabled = DisabledFields.without(object);
    var prepared = status.isPresent() ? status.get().cleared(enabled) : enabled;
    return KindRules.beginsWithGeneration(type.groupResource())
        ? withGeneration(prepared, 1)
        : prepared;
  }

  /// What is stored of a changed object.
  public T prepareForUpdate(Call call, T object, T old) throws InterruptedException {
    var enabled = DisabledFields.without(object);
    var prepared = status.isPresent() ? status.get().with(enabled, status.get().get(old)) : enabled;
    if (countsGenerations && wantsOther(prepared, old)) {
      return withGeneration(prepared, old.metadata().generation() + 1);
    }
    return prepared;
  }

  /// What is stored of an object whose status was reported. With most kinds its metadata may change
  /// along.
  public T prepareForStatusUpdate(Call call, T object, T old) {
    var reported = status.orElseThrow(() -> new IllegalStateException("no status: " + type));
    var metadata = object.metadata();
    var kept =
        KindRules.reportsStatusAlone(type.groupResource())
            ? metadata
                .withLabels(old.metadata().labels())
                .withAnnotations(old.metadata().annotations())
                .withOwnerReferences(old.metadata().ownerReferences())
                .withFinalizers(old.metadata().finalizers())
                .withDeletionTimestamp(old.metadata().deletionTimestamp())
            : metadata;
    return withMetadata(reported.with(old, reported.get(object)), kept);
  }

  /// What is stored of an object that was changed through a subresource.
  public T prepareForSubresourceUpdate(Call call, String subresource, T object, T old)
      throws InterruptedException {
    return subresource.equals("status")
        ? prepareForStatusUpdate(call, object, old)
        : prepareForUpdate(call, object, old);
  }

  /// An object that is now being deleted, but not removed yet.
  public T markedForDeletion(T object) {
    return object;
  }

  /// What is wrong with a new object.
  public List<FieldError> validate(Call call, T object) {
    return Validation.create(object);
  }

  /// What is wrong with a changed object.
  ///
  /// @param subresource through which it was changed; empty for the object itself
  public List<FieldError> validateUpdate(Call call, String subresource, T object, T old) {
    return subresource.equals("status")
        ? Validation.updateStatus(object, old)
        : Validation.update(object, old);
  }

  /// The verbs that discovery names. Others are not worth a try.
  public Set<String> offeredVerbs() {
    return type.verbs();
  }

  /// What the client should hear of an object that is accepted.
  ///
  /// @param old the state before; null for a new object
  public List<String> warnings(T object, @Nullable T old) {
    return Cautions.of(object, old);
  }

  /// What the client should hear of a status that is accepted.
  public List<String> statusWarnings(T object) {
    return NetworkCautions.ofStatus(object);
  }

  /// Whether a PUT to a name that does not exist makes it.
  public boolean createsOnUpdate() {
    return KindRules.createsOnUpdate(type.groupResource());
  }

  /// Whether an update may leave the resourceVersion out.
  public boolean allowsUnconditionalUpdate() {
    return KindRules.allowsUnconditionalUpdate(type.groupResource());
  }

  /// Whether a deletion answers with the object instead of a `Status`.
  public boolean returnsDeleted() {
    return KindRules.returnsDeleted(type.groupResource());
  }

  /// Whether what an object owns stays when it is deleted and nobody says what shall become of it.
  public boolean orphansByDefault() {
    return false;
  }

  /// How many seconds somebody else has to end it before it is removed; empty if it is removed at
  /// once.
  public OptionalLong gracePeriod(T object, DeleteOptions options) {
    return OptionalLong.empty();
  }

  /// After which time an object goes away by itself; null means never.
  public @Nullable Duration timeToLive(T object) {
    return null;
  }

  /// What must be written together with a new object.
  public Change.Along alongWithCreate(T object) throws InterruptedException {
    return Change.Along.NOTHING;
  }

  /// What must be written together with a changed object.
  public Change.Along alongWithUpdate(T object, T old) throws InterruptedException {
    return Change.Along.NOTHING;
  }

  /// What must be written together with a removal.
  public Change.Along alongWithRemove(T last) throws InterruptedException {
    return Change.Along.NOTHING;
  }

  /// Whether an object that is being deleted and has no finalizers left may go.
  public boolean mayBeRemoved(T object) {
    return true;
  }

  /// Runs a write. Kinds that hand out something unique let one writer in at a time.
  public <R> R inTurn(Write<R> write) throws InterruptedException {
    return write.run();
  }

  /// A write with its preparation.
  @FunctionalInterface
  public interface Write<R> {
    R run() throws InterruptedException;
  }

  private boolean wantsOther(T object, T old) {
    if (KindRules.wantsOther(type.groupResource(), object.metadata(), old.metadata())) {
      return true;
    }
    if (spec.isPresent()) {
      return !java.util.Objects.equals(spec.get().get(object), spec.get().get(old));
    }
    return !withMetadata(object, old.metadata()).equals(old);
  }

  protected final T withGeneration(T object, long generation) {
    return withMetadata(object, object.metadata().withGeneration(generation));
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  protected static <T extends KubernetesObject> T withMetadata(T object, ObjectMeta metadata) {
    return (T) object.withMetadata(metadata);
  }
}
