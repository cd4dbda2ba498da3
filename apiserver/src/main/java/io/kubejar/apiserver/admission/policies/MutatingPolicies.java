package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Reasons;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.ReviewedObjects;
import io.kubejar.apiserver.admission.webhooks.SelectorMatch;
import io.kubejar.apiserver.registry.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets every MutatingAdmissionPolicy that is bound to a request change its object.
///
/// Which policies are bound is found out before the first of them changes anything. All have their
/// turn, whatever happens to one of them; then the request fails if one failed.
final class MutatingPolicies implements AdmissionPlugin {
  private final PolicySource<MutatingAdmissionPolicy, MutatingPolicy> policies;
  private final Registry<MutatingAdmissionPolicyBinding> bindings;
  private final RequestMatcher matcher;
  private final Params params;
  private final ReviewedObjects objects;
  private final Policies.Surroundings around;

  MutatingPolicies(
      Registry<MutatingAdmissionPolicy> policies,
      Registry<MutatingAdmissionPolicyBinding> bindings,
      Policies.Surroundings around) {
    this.policies =
        new PolicySource<>(policies, MutatingPolicy::new, around.clock(), around.metrics());
    this.bindings = bindings;
    this.matcher = new RequestMatcher(new SelectorMatch(around.namespaces()), around.equivalents());
    this.params = new Params(around.kinds());
    this.objects = new ReviewedObjects(around.equivalents(), around.views());
    this.around = around;
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

  /// A policy that means a request, through one binding and with one parameter.
  ///
  /// @param seen the version in which it wants to see the object
  /// @param name tells it from all others
  private record Invocation(
      MutatingPolicy policy, String binding, ResourceType<?> seen, Value params, String name) {}

  /// Everything that went wrong and matters.
  private static final class Failures {
    private final List<String> messages = new ArrayList<>();
    private String reason = Reasons.FORBIDDEN;

    /// @param binding null if the policy itself is to blame
    void add(MutatingPolicy policy, @Nullable String binding, String why, String reason) {
      if (policy.ignoresFailures()) {
        return;
      }
      if (messages.isEmpty()) {
        this.reason = reason;
      }
      var source =
          binding == null
              ? "policy " + GoText.quoted(policy.name())
              : "policy '" + policy.name() + "' with binding '" + binding + "'";
      messages.add(source + " denied request: " + why);
    }

    void throwIfAny(AdmissionRequest request) {
      if (messages.isEmpty()) {
        return;
      }
      var status = request.forbidden("").status().withMessage(messages.getFirst());
      var refusal = new ApiException(status.withReason(reason));
      for (var message : messages) {
        refusal = refusal.withCause(StatusCause.EMPTY.withMessage(message));
      }
      throw refusal;
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
    var failures = new Failures();
    var current = request;
    for (var invocation : invocations(request, failures)) {
      current = run(invocation, current, notes, failures);
    }
    failures.throwIfAny(request);
    notes.lastSeen = current.object();
    return current.object();
  }

  private List<Invocation> invocations(AdmissionRequest request, Failures failures)
      throws InterruptedException {
    var invocations = new ArrayList<Invocation>();
    for (var policy : policies.current()) {
      var bound =
          Policies.bindings(bindings, binding -> binding.spec().policyName(), policy.name());
      if (!bound.isEmpty()) {
        collect(policy, bound, request, failures, invocations);
      }
    }
    return invocations;
  }

  private void collect(
      MutatingPolicy policy,
      List<MutatingAdmissionPolicyBinding> bound,
      AdmissionRequest request,
      Failures failures,
      List<Invocation> invocations)
      throws InterruptedException {
    var spec = policy.policy().spec();
    var seen = matcher.match(spec.matchConstraints(), request);
    if (seen.isEmpty()) {
      return;
    }
    var missing = params.missing(spec.paramKind());
    if (missing.isPresent()) {
      var why = "failed to configure policy: " + missing.get();
      failures.add(policy, null, why, Reasons.FORBIDDEN);
      return;
    }
    for (var binding : bound) {
      if (matcher.match(binding.spec().matchResources(), request).isEmpty()) {
        continue;
      }
      var name = binding.metadata().name();
      try {
        var ref = binding.spec().paramRef();
        var values = params.collect(spec.paramKind(), ref, request.namespace());
        for (int i = 0; i < values.size(); i++) {
          var key = policy.name() + "/" + name + "/" + i;
          invocations.add(new Invocation(policy, name, seen.get(), values.get(i), key));
        }
      } catch (Params.BadBindingException e) {
        var why = "failed to configure binding: " + e.getMessage();
        failures.add(policy, name, why, Reasons.FORBIDDEN);
      }
    }
  }

  private AdmissionRequest run(
      Invocation invocation, AdmissionRequest request, Notes notes, Failures failures)
      throws InterruptedException {
    var policy = invocation.policy();
    var view =
        RequestView.of(
            request, invocation.seen(), objects, matcher.namespaceOf(request), around.authorizer());
    switch (policy.match(view, invocation.params(), around.watch(policy.name(), request))) {
      case MatchOutcome.Matches() -> {}
      case MatchOutcome.DoesNotMatch _ -> {
        return request;
      }
      case MatchOutcome.Failed(var why) -> {
        failures.add(policy, invocation.binding(), why, Reasons.INVALID);
        return request;
      }
    }
    boolean second = request.reinvocation().isSecondRound();
    if (second && !notes.again.contains(invocation.name())) {
      return request;
    }
    var changed = request;
    for (int step = 0; step < policy.steps(); step++) {
      changed = step(invocation, step, changed, view, failures);
    }
    if (!Objects.equals(changed.object(), request.object())) {
      notes.callAgain();
      request.reinvocation().require();
    }
    if (policy.isReinvocable()) {
      notes.called.add(invocation.name());
    }
    return changed;
  }

  private AdmissionRequest step(
      Invocation invocation,
      int step,
      AdmissionRequest request,
      RequestView view,
      Failures failures)
      throws InterruptedException {
    var start = around.clock().instant();
    var policy = invocation.policy().name();
    String why;
    try {
      var changed = changed(invocation, step, request, view);
      around.metrics().mutated(policy, invocation.binding(), since(start));
      return changed;
    } catch (MutatingPolicy.MutationException | JsonFormatException e) {
      why = String.valueOf(e.getMessage());
    }
    around.metrics().mutationFailed(policy, invocation.binding(), why, since(start));
    failures.add(invocation.policy(), invocation.binding(), why, Reasons.INVALID);
    return request;
  }

  private Duration since(Instant start) {
    return Duration.between(start, around.clock().instant());
  }

  private AdmissionRequest changed(
      Invocation invocation, int step, AdmissionRequest request, RequestView view)
      throws MutatingPolicy.MutationException, InterruptedException {
    var seen = invocation.seen();
    var object = Objects.requireNonNull(request.object());
    var before = objects.tree(object, seen, request);
    var type =
        around
            .views()
            .schema(seen)
            .orElseThrow(
                () ->
                    ApiException.serviceUnavailable(
                        "Resource kind "
                            + seen.gvk()
                            + " not found. There can be a delay between when"
                            + " CustomResourceDefinitions are created and when they are"
                            + " available."));
    var after =
        invocation
            .policy()
            .mutate(step, before, view.withObject(before), invocation.params(), type);
    return after.equals(before)
        ? request
        : request.withObject(objects.read(after, object, seen, request));
  }
}
