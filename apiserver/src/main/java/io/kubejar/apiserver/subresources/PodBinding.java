package io.kubejar.apiserver.subresources;

import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Gives a pod to a node, once and for all.
public final class PodBinding implements Action.Performer<Binding> {
  private static final GroupResource RESOURCE = new GroupResource("", "pods/binding");

  private final StoredVerbs<Pod> pods;
  private final InstantSource clock;

  public PodBinding(StoredVerbs<Pod> pods, InstantSource clock) {
    this.pods = pods;
    this.clock = clock;
  }

  @Override
  public Status perform(Call call, ObjectKey key, Binding binding) throws InterruptedException {
    if (!key.name().equals(binding.metadata().name())) {
      throw ApiException.badRequest("name in URL does not match name in Binding object");
    }
    check(binding);
    pods.registry()
        .update(
            key,
            call.dryRun(),
            current ->
                new Change.Put<>(
                    bound(current.orElseThrow(() -> pods.registry().notFound(key)), binding)));
    return Status.EMPTY.withStatus("Success").withCode(201);
  }

  private static void check(Binding binding) {
    var target = binding.target();
    var errors = new ArrayList<FieldError>();
    if (!target.kind().isEmpty() && !target.kind().equals("Node")) {
      errors.add(FieldError.notSupported("target.kind", target.kind(), List.of("Node", "<empty>")));
    }
    if (target.name().isEmpty()) {
      errors.add(FieldError.required("target.name", ""));
    }
    if (!errors.isEmpty()) {
      // Upstream does not turn these into a Status of their own.
      var texts = errors.stream().map(FieldError::text).toList();
      throw ApiException.unexplained(
          texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]");
    }
  }

  private Pod bound(Pod pod, Binding binding) {
    var metadata = pod.metadata();
    requireSame(pod, "UID", binding.metadata().uid(), metadata.uid());
    requireSame(
        pod, "ResourceVersion", binding.metadata().resourceVersion(), metadata.resourceVersion());
    if (metadata.deletionTimestamp() != null) {
      throw refused(
          pod, "pod " + metadata.name() + " is being deleted, cannot be assigned to a host");
    }
    if (!pod.spec().nodeName().isEmpty()) {
      throw refused(
          pod,
          "pod "
              + metadata.name()
              + " is already assigned to node \""
              + pod.spec().nodeName()
              + "\"");
    }
    if (!pod.spec().schedulingGates().isEmpty()) {
      throw refused(pod, "pod " + metadata.name() + " has non-empty .spec.schedulingGates");
    }
    var annotations = new LinkedHashMap<>(metadata.annotations());
    annotations.putAll(binding.metadata().annotations());
    var labels = new LinkedHashMap<>(metadata.labels());
    labels.putAll(binding.metadata().labels());
    // That it has a node now is no other wish: the generation stays.
    return pod.withMetadata(metadata.withAnnotations(annotations).withLabels(labels))
        .withSpec(pod.spec().withNodeName(binding.target().name()))
        .withStatus(
            pod.status()
                .withNominatedNodeName("") // It has served.
                .withConditions(PodConditions.with(pod.status().conditions(), scheduled())));
  }

  private void requireSame(Pod pod, String what, String wanted, String found) {
    if (!wanted.isEmpty() && !wanted.equals(found)) {
      throw pods.registry().preconditionFailed(ObjectKey.of(pod), what, wanted, found);
    }
  }

  private PodCondition scheduled() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return PodCondition.EMPTY
        .withType("PodScheduled")
        .withStatus("True")
        .withLastTransitionTime(now);
  }

  private static ApiException refused(Pod pod, String why) {
    return ApiException.conflict(RESOURCE, pod.metadata().name(), why);
  }
}
