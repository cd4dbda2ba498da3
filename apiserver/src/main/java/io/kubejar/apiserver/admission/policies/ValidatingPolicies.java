package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Reasons;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.ReviewedObjects;
import io.kubejar.apiserver.admission.webhooks.SelectorMatch;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.metrics.PolicyMetrics;
import io.kubejar.apiserver.registry.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Asks every ValidatingAdmissionPolicy that is bound to a request.
final class ValidatingPolicies implements AdmissionPlugin {
  private static final int LONGEST_NOTE = 10 * 1024;
  private static final String FAILURE_NOTE =
      "validation.policy.admission.k8s.io/validation_failure";

  private final PolicySource<ValidatingAdmissionPolicy, ValidatingPolicy> policies;
  private final Registry<ValidatingAdmissionPolicyBinding> bindings;
  private final RequestMatcher matcher;
  private final Params params;
  private final ReviewedObjects objects;
  private final Authorizer authorizer;
  private final PolicyMetrics metrics;
  private final Policies.Surroundings around;

  ValidatingPolicies(
      Registry<ValidatingAdmissionPolicy> policies,
      Registry<ValidatingAdmissionPolicyBinding> bindings,
      Policies.Surroundings around) {
    this.policies =
        new PolicySource<>(policies, ValidatingPolicy::new, around.clock(), around.metrics());
    this.bindings = bindings;
    this.matcher = new RequestMatcher(new SelectorMatch(around.namespaces()), around.equivalents());
    this.params = new Params(around.kinds());
    this.objects = new ReviewedObjects(around.equivalents(), around.views());
    this.authorizer = around.authorizer();
    this.metrics = around.metrics();
    this.around = around;
  }

  /// A refusal with what it came from.
  ///
  /// @param binding null if the policy itself is to blame
  private record Denial(
      ValidatingPolicy policy,
      @Nullable ValidatingAdmissionPolicyBinding binding,
      String message,
      String reason) {}

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (Policies.isExempt(request)) {
      return;
    }
    var denials = new ArrayList<Denial>();
    for (var policy : policies.current()) {
      validate(policy, request, denials);
    }
    if (!denials.isEmpty()) {
      throw refusal(request, denials.getFirst());
    }
  }

  private void validate(ValidatingPolicy policy, AdmissionRequest request, List<Denial> denials)
      throws InterruptedException {
    var bound = Policies.bindings(bindings, binding -> binding.spec().policyName(), policy.name());
    if (bound.isEmpty()) {
      return;
    }
    var seen = matcher.match(policy.policy().spec().matchConstraints(), request);
    if (seen.isEmpty()) {
      return;
    }
    var missing = params.missing(policy.policy().spec().paramKind());
    if (missing.isPresent()) {
      if (!policy.ignoresFailures()) {
        denials.add(new Denial(policy, null, "failed to configure policy: " + missing.get(), ""));
      }
      return;
    }
    var notes = new LinkedHashMap<String, Set<String>>();
    RequestView view = null;
    for (var binding : bound) {
      if (matcher.match(binding.spec().matchResources(), request).isEmpty()) {
        continue;
      }
      if (view == null) {
        view =
            RequestView.of(request, seen.get(), objects, matcher.namespaceOf(request), authorizer);
      }
      run(policy, binding, request, view, denials, notes);
    }
    notes.forEach(
        (key, values) ->
            request.call().annotations().add(policy.name() + "/" + key, String.join(", ", values)));
  }

  private void run(
      ValidatingPolicy policy,
      ValidatingAdmissionPolicyBinding binding,
      AdmissionRequest request,
      RequestView view,
      List<Denial> denials,
      Map<String, Set<String>> notes)
      throws InterruptedException {
    try {
      var spec = policy.policy().spec();
      for (var value :
          params.collect(spec.paramKind(), binding.spec().paramRef(), request.namespace())) {
        var start = around.clock().instant();
        var outcome = policy.run(view, value, around.watch(policy.name(), request), around.clock());
        around.metrics().evaluated(Duration.between(start, around.clock().instant()));
        for (int i = 0; i < outcome.decisions().size(); i++) {
          act(policy, binding, outcome.decisions().get(i), i, request, denials);
        }
        for (var note : outcome.notes()) {
          keep(note, policy, binding, denials, notes);
        }
      }
    } catch (Params.BadBindingException e) {
      if (!policy.ignoresFailures()) {
        denials.add(
            new Denial(policy, binding, "failed to configure binding: " + e.getMessage(), ""));
      }
    }
  }

  private void keep(
      ValidatingPolicy.Note note,
      ValidatingPolicy policy,
      ValidatingAdmissionPolicyBinding binding,
      List<Denial> denials,
      Map<String, Set<String>> notes) {
    switch (note) {
      case ValidatingPolicy.Note.Publish(var key, var value) ->
          notes
              .computeIfAbsent(key, _ -> new LinkedHashSet<>())
              .add(value.substring(0, Math.min(LONGEST_NOTE, value.length())));
      case ValidatingPolicy.Note.Failure(var why, var took) -> {
        denials.add(new Denial(policy, binding, why, ""));
        metrics.checked(policy.name(), binding.metadata().name(), why, "deny", took);
      }
    }
  }

  /// Does with a decision what the binding says.
  private void act(
      ValidatingPolicy policy,
      ValidatingAdmissionPolicyBinding binding,
      ValidatingPolicy.Decision decision,
      int index,
      AdmissionRequest request,
      List<Denial> denials) {
    var bound = binding.metadata().name();
    switch (decision) {
      case ValidatingPolicy.Decision.Admit() -> {}
      case ValidatingPolicy.Decision.AdmitFailure(var why, var took) ->
          metrics.checked(policy.name(), bound, why, "allow", took);
      case ValidatingPolicy.Decision.Refuse(var message, var reason, var took) -> {
        var denial = new Denial(policy, binding, message, reason);
        for (var action : binding.spec().validationActions()) {
          refuse(denial, binding, action, index, request, denials);
          metrics.checked(policy.name(), bound, message, action.toLowerCase(Locale.ROOT), took);
        }
      }
    }
  }

  private static void refuse(
      Denial denial,
      ValidatingAdmissionPolicyBinding binding,
      String action,
      int index,
      AdmissionRequest request,
      List<Denial> denials) {
    switch (action) {
      case "Deny" -> denials.add(denial);
      case "Warn" ->
          request
              .call()
              .warnings()
              .add(
                  "Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
                      .formatted(
                          denial.policy().name(), binding.metadata().name(), denial.message()));
      case "Audit" ->
          request.call().annotations().add(FAILURE_NOTE, failureNote(denial, binding, index));
      default -> {} // A newer server's action; validation lets no other in.
    }
  }

  private static String failureNote(
      Denial denial, ValidatingAdmissionPolicyBinding binding, int index) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("message", new JsonString(denial.message()));
    fields.put("policy", new JsonString(denial.policy().name()));
    fields.put("binding", new JsonString(binding.metadata().name()));
    fields.put("expressionIndex", JsonNumber.of(index));
    fields.put(
        "validationActions",
        new JsonArray(
            binding.spec().validationActions().stream().<JsonValue>map(JsonString::new).toList()));
    return JsonArray.of(new JsonObject(fields)).toString();
  }

  private static ApiException refusal(AdmissionRequest request, Denial denial) {
    var bound =
        denial.binding() == null
            ? ""
            : " with binding '" + denial.binding().metadata().name() + "'";
    var message =
        "ValidatingAdmissionPolicy '%s'%s denied request: %s"
            .formatted(denial.policy().name(), bound, denial.message());
    var reason = denial.reason().isEmpty() ? Reasons.INVALID : denial.reason();
    var status = request.forbidden(message).status().withReason(reason).withCode(code(reason));
    return new ApiException(status).withCause(StatusCause.EMPTY.withMessage(message));
  }

  private static int code(String reason) {
    return switch (reason) {
      case Reasons.FORBIDDEN -> 403;
      case Reasons.UNAUTHORIZED -> 401;
      case Reasons.REQUEST_ENTITY_TOO_LARGE -> 413;
      default -> 422;
    };
  }
}
