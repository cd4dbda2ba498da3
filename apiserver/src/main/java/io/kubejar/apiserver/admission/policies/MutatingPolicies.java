package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Reasons;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.ReviewedObjects;
import io.kubejar.apiserver.admission.webhooks.SelectorMatch;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.registry.Registry;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets every MutatingAdmissionPolicy that is bound to a request change its object.
final class MutatingPolicies implements AdmissionPlugin {
  private final PolicySource<MutatingAdmissionPolicy, MutatingPolicy> policies;
  private final Registry<MutatingAdmissionPolicyBinding> bindings;
  private final RequestMatcher matcher;
  private final Params params;
  private final ReviewedObjects objects;
  private final Authorizer authorizer;

  MutatingPolicies(
      Registry<MutatingAdmissionPolicy> policies,
      Registry<MutatingAdmissionPolicyBinding> bindings,
      Policies.Surroundings around) {
    this.policies = new PolicySource<>(policies, MutatingPolicy::new);
    this.bindings = bindings;
    this.matcher = new RequestMatcher(new SelectorMatch(around.namespaces()), around.equivalents());
    this.params = new Params(around.kinds());
    this.objects = new ReviewedObjects(around.equivalents(), around.views());
    this.authorizer = around.authorizer();
  }

  /// What is known after the first round.
  private static final class Notes {
    private @Nullable KubernetesObject lastSeen;
    private final Set<String> called = new HashSet<>();
    private final Set<String> again = new HashSet<>();

    /// Something changed after the turns of those that were called.
    void callAgain() {
      again.addAll(called);
      called.clear();
    }
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    if (Policies.isExempt(request) || request.object() == null) {
      return request.object();
    }
    var notes = request.reinvocation().notes(this, Notes::new);
    boolean second = request.reinvocation().isSecondRound();
    if (second && !Objects.equals(notes.lastSeen, request.object())) {
      notes.callAgain(); // A built-in plugin changed the object since.
    }
    var current = request;
    for (var policy : policies.current()) {
      current = mutate(policy, current, notes);
    }
    notes.lastSeen = current.object();
    return current.object();
  }

  private AdmissionRequest mutate(MutatingPolicy policy, AdmissionRequest request, Notes notes)
      throws InterruptedException {
    var bound = Policies.bindings(bindings, binding -> binding.spec().policyName(), policy.name());
    var seen =
        bound.isEmpty()
            ? java.util.Optional.<ResourceType<?>>empty()
            : matcher.match(policy.policy().spec().matchConstraints(), request);
    if (seen.isEmpty()) {
      return request;
    }
    var current = request;
    for (var binding : bound) {
      if (matcher.match(binding.spec().matchResources(), current).isPresent()) {
        current = mutate(policy, binding, seen.get(), current, notes);
      }
    }
    return current;
  }

  private AdmissionRequest mutate(
      MutatingPolicy policy,
      MutatingAdmissionPolicyBinding binding,
      ResourceType<?> seen,
      AdmissionRequest request,
      Notes notes)
      throws InterruptedException {
    var spec = policy.policy().spec();
    var current = request;
    try {
      var values = params.collect(spec.paramKind(), binding.spec().paramRef(), request.namespace());
      for (int i = 0; i < values.size(); i++) {
        var name = policy.name() + "/" + binding.metadata().name() + "/" + i;
        if (!request.reinvocation().isSecondRound() || notes.again.contains(name)) {
          current = run(policy, binding, seen, current, values.get(i), notes, name);
        }
      }
    } catch (Params.BadBindingException e) {
      fail(policy, binding, request, "failed to configure binding: " + e.getMessage());
    }
    return current;
  }

  private AdmissionRequest run(
      MutatingPolicy policy,
      MutatingAdmissionPolicyBinding binding,
      ResourceType<?> seen,
      AdmissionRequest request,
      Value params,
      Notes notes,
      String name)
      throws InterruptedException {
    var view = RequestView.of(request, seen, objects, matcher.namespaceOf(request), authorizer);
    switch (policy.match(view, params)) {
      case MatchOutcome.Matches() -> {}
      case MatchOutcome.DoesNotMatch _ -> {
        return request;
      }
      case MatchOutcome.Failed(var why) -> {
        fail(policy, binding, request, why);
        return request;
      }
    }
    var changed = request;
    for (int step = 0; step < policy.steps(); step++) {
      changed = step(policy, step, binding, seen, changed, view, params);
    }
    if (!Objects.equals(changed.object(), request.object())) {
      notes.callAgain();
      request.reinvocation().require();
    }
    if (policy.isReinvocable()) {
      notes.called.add(name);
    }
    return changed;
  }

  private AdmissionRequest step(
      MutatingPolicy policy,
      int step,
      MutatingAdmissionPolicyBinding binding,
      ResourceType<?> seen,
      AdmissionRequest request,
      RequestView view,
      Value params)
      throws InterruptedException {
    var object = Objects.requireNonNull(request.object());
    try {
      var before = objects.tree(object, seen, request);
      TypeSchema type =
          Schemas.of(seen.gvk()).<TypeSchema>map(known -> known).orElse(TypeSchema.Any.DEDUCED);
      var after = policy.mutate(step, before, view.withObject(before), params, type);
      return after.equals(before)
          ? request
          : request.withObject(objects.read(after, object, seen, request));
    } catch (MutatingPolicy.MutationException e) {
      fail(policy, binding, request, String.valueOf(e.getMessage()));
    } catch (JsonFormatException e) {
      fail(policy, binding, request, String.valueOf(e.getMessage()));
    }
    return request;
  }

  private static void fail(
      MutatingPolicy policy,
      MutatingAdmissionPolicyBinding binding,
      AdmissionRequest request,
      String why) {
    if (policy.ignoresFailures()) {
      return;
    }
    var message =
        "policy '%s' with binding '%s' denied request: %s"
            .formatted(policy.name(), binding.metadata().name(), why);
    var status = request.forbidden("").status().withMessage(message).withReason(Reasons.INVALID);
    throw new ApiException(status).withCause(StatusCause.EMPTY.withMessage(message));
  }
}
