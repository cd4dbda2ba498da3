package io.kubejar.apiserver.strategy;

import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.certificates.v1.CertificateSigningRequestCondition;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.PersistentVolumeClaimStatus;
import io.kubejar.api.core.v1.PersistentVolumeStatus;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.validation.Validation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Kinds that differ from the common rules in one point.
final class SmallStrategies {
  private SmallStrategies() {}

  /// Nodes: whoever registers one tells its status at once. What configured kubelets dynamically is
  /// gone.
  static final class Nodes extends Strategy<Node> {
    Nodes() {
      super(Node.RESOURCE);
    }

    @Override
    public Node prepareForCreate(Call call, Node node) {
      return node.withSpec(node.spec().withConfigSource(null))
          .withStatus(node.status().withConfig(null));
    }

    @Override
    public Node prepareForUpdate(Call call, Node node, Node old) throws InterruptedException {
      var prepared = super.prepareForUpdate(call, node, old);
      return old.spec().configSource() != null
          ? prepared
          : prepared.withSpec(prepared.spec().withConfigSource(null));
    }

    @Override
    public Node prepareForStatusUpdate(Call call, Node node, Node old) {
      var prepared = super.prepareForStatusUpdate(call, node, old);
      return old.status().config() != null
          ? prepared
          : prepared.withStatus(prepared.status().withConfig(null));
    }
  }

  /// Events go away by themselves.
  static final class Events extends Strategy<Event> {
    private final Duration kept;

    Events(Duration kept) {
      super(Event.RESOURCE);
      this.kept = kept;
    }

    @Override
    public @Nullable Duration timeToLive(Event event) {
      return kept;
    }

    @Override
    public List<FieldError> validate(Call call, Event event) {
      return Validation.createEvent(event, !call.version().isEmpty());
    }

    @Override
    public List<FieldError> validateUpdate(Call call, String subresource, Event event, Event old) {
      return Validation.updateEvent(event, old, !call.version().isEmpty());
    }
  }

  /// Endpoints, whose place EndpointSlices have taken.
  static final class OldEndpoints extends Strategy<Endpoints> {
    OldEndpoints() {
      super(Endpoints.RESOURCE);
    }

    @Override
    public List<String> standingWarnings() {
      return List.of("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }
  }

  /// Volumes tell since when they are in their phase.
  static final class Volumes extends Strategy<PersistentVolume> {
    private final InstantSource clock;

    Volumes(InstantSource clock) {
      super(PersistentVolume.RESOURCE);
      this.clock = clock;
    }

    @Override
    public PersistentVolume prepareForCreate(Call call, PersistentVolume volume) {
      return volume.withStatus(
          PersistentVolumeStatus.EMPTY.withPhase("Pending").withLastPhaseTransitionTime(now()));
    }

    @Override
    public PersistentVolume prepareForStatusUpdate(
        Call call, PersistentVolume volume, PersistentVolume old) {
      var prepared = super.prepareForStatusUpdate(call, volume, old);
      var status = prepared.status();
      var since = status.lastPhaseTransitionTime();
      var before = old.status().lastPhaseTransitionTime();
      boolean same = status.phase().equals(old.status().phase());
      if (same && since == null) {
        return prepared.withStatus(status.withLastPhaseTransitionTime(before));
      }
      return !same && (since == null || since.equals(before))
          ? prepared.withStatus(status.withLastPhaseTransitionTime(now()))
          : prepared;
    }

    private Instant now() {
      return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
  }

  static final class Claims extends Strategy<PersistentVolumeClaim> {
    Claims() {
      super(PersistentVolumeClaim.RESOURCE);
    }

    @Override
    public PersistentVolumeClaim prepareForCreate(Call call, PersistentVolumeClaim claim)
        throws InterruptedException {
      var prepared = super.prepareForCreate(call, claim);
      return prepared
          .withSpec(DataSources.normalized(prepared.spec(), PersistentVolumeClaimSpec.EMPTY))
          .withStatus(PersistentVolumeClaimStatus.EMPTY.withPhase("Pending"));
    }

    @Override
    public PersistentVolumeClaim prepareForUpdate(
        Call call, PersistentVolumeClaim claim, PersistentVolumeClaim old)
        throws InterruptedException {
      var normalized = claim.withSpec(DataSources.normalized(claim.spec(), old.spec()));
      return super.prepareForUpdate(call, normalized, old);
    }
  }

  /// Signing requests remember who asks; approvers only decide.
  static final class SigningRequests extends Strategy<CertificateSigningRequest> {
    private final InstantSource clock;

    SigningRequests(InstantSource clock) {
      super(CertificateSigningRequest.RESOURCE);
      this.clock = clock;
    }

    @Override
    public CertificateSigningRequest prepareForCreate(Call call, CertificateSigningRequest request)
        throws InterruptedException {
      var spec =
          request
              .spec()
              .withUsername(call.user().name())
              .withUid(call.user().uid())
              .withGroups(call.user().groups())
              .withExtra(call.user().extra());
      return super.prepareForCreate(call, request).withSpec(spec);
    }

    @Override
    public List<FieldError> validateUpdate(
        Call call,
        String subresource,
        CertificateSigningRequest request,
        CertificateSigningRequest old) {
      return Validation.update(request, old, subresource);
    }

    @Override
    public CertificateSigningRequest prepareForUpdate(
        Call call, CertificateSigningRequest request, CertificateSigningRequest old) {
      return request.withSpec(old.spec()).withStatus(old.status());
    }

    @Override
    public CertificateSigningRequest prepareForSubresourceUpdate(
        Call call,
        String subresource,
        CertificateSigningRequest request,
        CertificateSigningRequest old)
        throws InterruptedException {
      if (subresource.equals("approval")) {
        var status = old.status().withConditions(request.status().conditions());
        return timed(request.withSpec(old.spec()).withStatus(status), old);
      }
      var prepared = super.prepareForSubresourceUpdate(call, subresource, request, old);
      var decided = decidedAsBefore(decidedAsBefore(prepared, old, "Approved"), old, "Denied");
      return timed(decided, old);
    }

    /// Who reports on a request does not decide about it: decisions stay as they are, unless one
    /// was added or taken away, which is refused then.
    private static CertificateSigningRequest decidedAsBefore(
        CertificateSigningRequest request, CertificateSigningRequest old, String type) {
      var before = old.status().conditions().stream().filter(it -> it.type().equals(type)).toList();
      var conditions = new ArrayList<>(request.status().conditions());
      if (conditions.stream().filter(it -> it.type().equals(type)).count() != before.size()) {
        return request;
      }
      var next = before.iterator();
      conditions.replaceAll(it -> it.type().equals(type) ? next.next() : it);
      return request.withStatus(request.status().withConditions(conditions));
    }

    /// Fills in the times that the writer left out.
    private CertificateSigningRequest timed(
        CertificateSigningRequest request, CertificateSigningRequest old) {
      var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      var conditions =
          request.status().conditions().stream().map(it -> timed(it, old, now)).toList();
      return request.withStatus(request.status().withConditions(conditions));
    }

    private static CertificateSigningRequestCondition timed(
        CertificateSigningRequestCondition condition, CertificateSigningRequest old, Instant now) {
      var updated =
          condition.lastUpdateTime() == null ? condition.withLastUpdateTime(now) : condition;
      if (updated.lastTransitionTime() != null) {
        return updated;
      }
      var since =
          old.status().conditions().stream()
              .filter(it -> it.type().equals(condition.type()))
              .filter(it -> it.status().equals(condition.status()))
              .map(CertificateSigningRequestCondition::lastTransitionTime)
              .filter(Objects::nonNull)
              .findFirst();
      return updated.withLastTransitionTime(since.orElse(now));
    }
  }
}
