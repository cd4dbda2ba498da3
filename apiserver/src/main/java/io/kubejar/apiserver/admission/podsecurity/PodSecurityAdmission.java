package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.metrics.PodSecurityMetrics;
import io.kubejar.apiserver.registry.Registry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Refuses pods that do more than their namespace's labels allow, and warns of workloads that would
/// make such pods.
public final class PodSecurityAdmission implements AdmissionPlugin {
  private static final String AUDIT = Policy.PREFIX;
  private static final Set<String> IGNORED_PARTS =
      Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");

  private final Registry<Namespace> namespaces;
  private final NamespacePods pods;
  private final PodSecurityOptions options;
  private final PodSecurityMetrics metrics;

  public PodSecurityAdmission(
      Registry<Namespace> namespaces,
      Registry<Pod> pods,
      PodSecurityOptions options,
      PodSecurityMetrics metrics) {
    this.namespaces = namespaces;
    this.pods = new NamespacePods(pods, options);
    this.options = options;
    this.metrics = metrics;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    var object = request.object();
    if (!written || object == null) {
      return;
    }
    boolean whole = request.subresource().isEmpty();
    switch (object) {
      case Namespace namespace when whole -> namespace(request, namespace);
      case Pod pod when !IGNORED_PARTS.contains(request.subresource()) -> pod(request, pod);
      default -> {
        var template = whole ? template(object) : null;
        if (template != null) {
          workload(request, template);
        }
      }
    }
  }

  private static @Nullable PodTemplateSpec template(KubernetesObject object) {
    return switch (object) {
      case PodTemplate it -> it.template();
      case ReplicationController it -> it.spec().template();
      case ReplicaSet it -> it.spec().template();
      case Deployment it -> it.spec().template();
      case DaemonSet it -> it.spec().template();
      case StatefulSet it -> it.spec().template();
      case Job it -> it.spec().template();
      case CronJob it -> it.spec().jobTemplate().spec().template();
      default -> null;
    };
  }

  private void namespace(AdmissionRequest request, Namespace namespace) {
    var labels = namespace.metadata().labels();
    var wanted = options.defaults().labelled(labels);
    if (!(request.old() instanceof Namespace before)) {
      FieldError.throwIfAny(wanted.errors(), namespace);
      warnIfExempt(request, namespace, wanted.policy());
      return;
    }
    var former = options.defaults().labelled(before.metadata().labels());
    if (!wanted.errors().equals(former.errors())) {
      FieldError.throwIfAny(wanted.errors(), namespace);
    }
    var now = wanted.policy().enforce();
    var then = former.policy().enforce();
    boolean laxer = now.minor() == then.minor() && now.level().compareTo(then.level()) <= 0;
    if (now.equals(then) || now.level() == Level.PRIVILEGED || laxer) {
      return;
    }
    if (isExempt(namespace.metadata().name())) {
      warnIfExempt(request, namespace, wanted.policy());
      return;
    }
    pods.warnings(namespace.metadata().name(), now).forEach(request.call().warnings()::add);
  }

  private boolean isExempt(String namespace) {
    return options.namespaces().contains(namespace);
  }

  private void warnIfExempt(AdmissionRequest request, Namespace namespace, Policy policy) {
    var name = namespace.metadata().name();
    if (!isExempt(name) || policy.isPrivileged() || policy.meansSameAs(options.defaults())) {
      return;
    }
    var labels = namespace.metadata().labels();
    var modes = new LinkedHashMap<String, LevelVersion>();
    modes.put("enforce", policy.enforce());
    modes.put("audit", policy.audit());
    modes.put("warn", policy.warn());
    var said =
        modes.entrySet().stream()
            .filter(mode -> mode.getValue().level() != Level.PRIVILEGED)
            .filter(
                mode ->
                    labels.containsKey(Policy.PREFIX + mode.getKey())
                        || labels.containsKey(Policy.PREFIX + mode.getKey() + "-version"))
            .map(mode -> mode.getKey() + "=" + mode.getValue())
            .collect(Collectors.joining(", "));
    request
        .call()
        .warnings()
        .add(
            "namespace "
                + GoText.quoted(name)
                + " is exempt from Pod Security, and the policy ("
                + said
                + ") will be ignored");
  }

  private void pod(AdmissionRequest request, Pod pod) throws InterruptedException {
    if (exempted(request, pod.spec())) {
      return;
    }
    var policy = policy(request);
    if (policy.errors().isEmpty() && policy.policy().isPrivileged()) {
      note(request, "enforce-policy", LevelVersion.PRIVILEGED.toString());
      metrics.evaluated(true, "privileged", "latest", "enforce", subject(request));
      return;
    }
    if (request.old() instanceof Pod before && !SignificantChange.between(before, pod)) {
      return;
    }
    evaluate(request, policy, CheckedPod.of(pod.metadata(), pod.spec()), true);
  }

  private void workload(AdmissionRequest request, PodTemplateSpec template)
      throws InterruptedException {
    if (exempted(request, template.spec())) {
      return;
    }
    var policy = policy(request);
    boolean silent =
        policy.policy().warn().level() == Level.PRIVILEGED
            && policy.policy().audit().level() == Level.PRIVILEGED;
    if (!policy.errors().isEmpty() || !silent) {
      evaluate(request, policy, CheckedPod.of(template.metadata(), template.spec()), false);
    }
  }

  private boolean exempted(AdmissionRequest request, PodSpec spec) {
    var runtime = spec.runtimeClassName();
    String why;
    if (isExempt(request.namespace())) {
      why = "namespace";
    } else if (options.usernames().contains(request.call().user().name())) {
      why = "user";
    } else if (runtime != null && options.runtimeClasses().contains(runtime)) {
      why = "runtimeClass";
    } else {
      return false;
    }
    note(request, "exempt", why);
    metrics.exempted(subject(request));
    return true;
  }

  private Policy.Labelled policy(AdmissionRequest request) throws InterruptedException {
    var key = ObjectKey.clusterScoped(request.namespace());
    var cached = namespaces.cache().get(key).map(Stored::object);
    var namespace = cached.isPresent() ? cached : namespaces.find(key);
    return options
        .defaults()
        .labelled(namespace.map(it -> it.metadata().labels()).orElse(Map.of()));
  }

  private void evaluate(
      AdmissionRequest request, Policy.Labelled labelled, CheckedPod pod, boolean enforces) {
    var policy = labelled.policy();
    if (!labelled.errors().isEmpty()) {
      note(request, "error", "Failed to parse policy: " + texts(labelled.errors()));
      metrics.failed(false, subject(request));
    }
    Map<LevelVersion, List<Violation>> known = new HashMap<>();
    Function<LevelVersion, List<Violation>> found =
        level -> known.computeIfAbsent(level, it -> Evaluator.evaluate(it, pod));
    var enforced = enforces ? found.apply(policy.enforce()) : List.<Violation>of();
    if (enforces) {
      note(request, "enforce-policy", policy.enforce().toString());
      measure(enforced.isEmpty(), policy.enforce(), "enforce", request);
    }
    var audited = found.apply(policy.audit());
    if (!audited.isEmpty()) {
      note(request, "audit-violations", violation("would violate", policy.audit(), audited));
      measure(false, policy.audit(), "audit", request);
    }
    if (!enforced.isEmpty()) {
      throw request.forbidden(violation("violates", policy.enforce(), enforced));
    }
    var warned = found.apply(policy.warn());
    if (!warned.isEmpty()) {
      request.call().warnings().add(violation("would violate", policy.warn(), warned));
      measure(false, policy.warn(), "warn", request);
    }
  }

  private static String texts(List<FieldError> errors) {
    return errors.stream()
        .map(error -> error.cause().field() + ": " + error.cause().message())
        .collect(Collectors.joining(", "));
  }

  private static String violation(String how, LevelVersion level, List<Violation> violations) {
    return how
        + " PodSecurity "
        + GoText.quoted(level.toString())
        + ": "
        + Violation.details(violations);
  }

  private void measure(boolean allowed, LevelVersion level, String mode, AdmissionRequest request) {
    var text = level.toString();
    int colon = text.indexOf(':');
    metrics.evaluated(
        allowed, text.substring(0, colon), text.substring(colon + 1), mode, subject(request));
  }

  private static PodSecurityMetrics.Subject subject(AdmissionRequest request) {
    boolean pod = request.resource().equals(Pod.RESOURCE.groupResource());
    return new PodSecurityMetrics.Subject(
        request.operation().name(), pod ? "pod" : "controller", request.subresource());
  }

  private static void note(AdmissionRequest request, String key, String value) {
    request.call().annotations().add(AUDIT + key, value);
  }
}
