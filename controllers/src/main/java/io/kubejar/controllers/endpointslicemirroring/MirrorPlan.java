package io.kubejar.controllers.endpointslicemirroring;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.services.SliceLabels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What to write so that the slices hold what they should. Pure: the same world gives the same
/// plan.
///
/// A slice that holds the wrong thing is rather overwritten than deleted, if another is needed.
record MirrorPlan(
    List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete) {
  /// The value of the label that says that a slice is ours.
  static final String OURS = "endpointslicemirroring-controller.k8s.io";

  /// Annotations that are about the Endpoints object itself.
  private static final Set<String> NOT_COPIED =
      Set.of(
          "endpoints.kubernetes.io/last-change-trigger-time",
          "kubectl.kubernetes.io/last-applied-configuration");

  MirrorPlan {
    create = List.copyOf(create);
    update = List.copyOf(update);
    delete = List.copyOf(delete);
  }

  /// @param known the slices that mirror these endpoints now
  static MirrorPlan of(
      Endpoints endpoints, List<Mirrored.Content> wanted, List<EndpointSlice> known) {
    var left = new ArrayList<>(known);
    var missing = new ArrayList<EndpointSlice>();
    var update = new ArrayList<EndpointSlice>();
    for (var content : wanted) {
      var slice = slice(endpoints, content);
      var current = left.stream().filter(each -> samePorts(each, slice)).findFirst();
      current.ifPresent(left::remove);
      if (current.isEmpty()) {
        missing.add(slice);
      } else if (!same(current.get(), slice, endpoints)) {
        update.add(named(slice, current.get()));
      }
    }
    var create = new ArrayList<EndpointSlice>();
    for (var slice : missing) {
      var recycled = recycled(left, slice.addressType());
      recycled.ifPresent(left::remove);
      recycled.ifPresentOrElse(old -> update.add(named(slice, old)), () -> create.add(slice));
    }
    return new MirrorPlan(create, update, left);
  }

  /// The family of a slice can never change.
  private static Optional<EndpointSlice> recycled(List<EndpointSlice> left, String family) {
    return left.stream().filter(each -> each.addressType().equals(family)).findFirst();
  }

  private static boolean samePorts(EndpointSlice left, EndpointSlice right) {
    return left.addressType().equals(right.addressType())
        && new HashSet<>(left.ports()).equals(new HashSet<>(right.ports()));
  }

  private static boolean same(EndpointSlice known, EndpointSlice wanted, Endpoints endpoints) {
    return new HashSet<>(known.endpoints()).equals(new HashSet<>(wanted.endpoints()))
        && known.metadata().labels().equals(wanted.metadata().labels())
        && known.metadata().annotations().equals(wanted.metadata().annotations())
        && !belongedToAnother(known, endpoints);
  }

  /// Whether the Endpoints were deleted and made again under the same name.
  private static boolean belongedToAnother(EndpointSlice slice, Endpoints endpoints) {
    return slice.metadata().ownerReferences().stream()
        .anyMatch(
            owner ->
                owner.kind().equals("Endpoints")
                    && owner.name().equals(endpoints.metadata().name())
                    && !owner.uid().equals(endpoints.metadata().uid()));
  }

  private static EndpointSlice named(EndpointSlice slice, EndpointSlice old) {
    return slice.withMetadata(
        slice.metadata().toBuilder().generateName("").name(old.metadata().name()).build());
  }

  private static EndpointSlice slice(Endpoints endpoints, Mirrored.Content content) {
    return EndpointSlice.builder()
        .metadata(metadata(endpoints.metadata(), endpoints))
        .addressType(content.family())
        .ports(content.ports())
        .endpoints(content.endpoints())
        .build();
  }

  private static ObjectMeta metadata(ObjectMeta of, Endpoints endpoints) {
    var labels = new LinkedHashMap<>(of.labels());
    labels.put(SliceLabels.SERVICE_NAME, of.name());
    labels.put(SliceLabels.MANAGED_BY, OURS);
    Map<String, String> annotations = new LinkedHashMap<>(of.annotations());
    annotations.keySet().removeAll(NOT_COPIED);
    return ObjectMeta.builder()
        .namespace(of.namespace())
        .generateName(SliceLabels.namePrefix(of.name()))
        .labels(labels)
        .annotations(annotations)
        .ownerReferences(List.of(ControllerRefs.to(endpoints)))
        .build();
  }
}
