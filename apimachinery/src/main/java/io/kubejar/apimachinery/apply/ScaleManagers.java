package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.ManagerId.Operation;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who manages the number of replicas of an object, told to users of its subresource `scale` and by
/// them. There the number has another place and another version, and there is nothing else.
public final class ScaleManagers {
  private static final String SCALE_VERSION = "autoscaling/v1";
  private static final FieldSet IN_SCALE = FieldSet.ofFields("spec.replicas");

  private final String apiVersion;
  private final Map<String, FieldSet> places;

  /// @param apiVersion of the object
  /// @param places of the number in each version of the object, such as `spec.replicas`; empty for
  ///   a version without a scale
  public ScaleManagers(String apiVersion, Map<String, String> places) {
    this.apiVersion = apiVersion;
    this.places = new HashMap<>();
    places.forEach(
        (version, place) ->
            this.places.put(version, place.isEmpty() ? FieldSet.EMPTY : FieldSet.ofFields(place)));
  }

  /// The scale with those who manage the number in the object.
  public JsonObject intoScale(JsonObject object, JsonObject scale) {
    var managers = new TreeMap<ManagerId, ManagedSet>();
    ManagedFields.decode(ManagedFields.of(object))
        .forEach(
            (id, set) -> {
              if (manages(set)) {
                managers.put(
                    in(SCALE_VERSION, id), new ManagedSet(IN_SCALE, SCALE_VERSION, set.time()));
              }
            });
    return ManagedFields.with(scale, ManagedFields.encode(managers));
  }

  /// The object with the number managed by those who manage it in the scale, and by nobody else.
  /// What is managed in a version that nobody knows any more is forgotten.
  public JsonObject intoObject(JsonObject scale, JsonObject object) {
    var scalers = ManagedFields.decode(ManagedFields.of(scale));
    var before = ManagedFields.decode(ManagedFields.of(object));
    var managers = new TreeMap<ManagerId, ManagedSet>();
    before.forEach(
        (id, set) -> {
          if (!places.containsKey(set.apiVersion())) {
            return;
          }
          boolean kept = !manages(set) || scalers.remove(in(SCALE_VERSION, id)) != null;
          var left = kept ? set.fields() : set.fields().difference(place(set.apiVersion()));
          if (!left.isEmpty()) {
            managers.put(id, set.withFields(left));
          }
        });
    scalers.forEach(
        (scaler, set) -> {
          if (!set.fields().intersection(IN_SCALE).isEmpty()) {
            var id = in(apiVersion, scaler);
            managers.put(id, new ManagedSet(place(apiVersion), apiVersion, time(before.get(id))));
          }
        });
    return ManagedFields.with(object, ManagedFields.encode(managers));
  }

  private boolean manages(ManagedSet set) {
    return !set.fields().intersection(place(set.apiVersion())).isEmpty();
  }

  private FieldSet place(String version) {
    return places.getOrDefault(version, FieldSet.EMPTY);
  }

  /// As upstream: whoever is new here has no time.
  private static @Nullable String time(@Nullable ManagedSet known) {
    return known == null ? null : known.time();
  }

  private static ManagerId in(String version, ManagerId id) {
    return id.operation() == Operation.APPLY
        ? id
        : new ManagerId(id.manager(), id.operation(), version, id.subresource());
  }
}
