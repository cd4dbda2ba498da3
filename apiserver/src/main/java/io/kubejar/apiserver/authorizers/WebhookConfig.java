package io.kubejar.apiserver.authorizers;

import io.kubejar.apimachinery.cel.CompilationException;
import io.kubejar.apimachinery.cel.CompiledExpression;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.configfile.ConfigPart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// How a webhook is asked about requests.
///
/// @param authorizedTtl how long a yes is remembered; zero not at all
/// @param unauthorizedTtl how long everything else is remembered; zero not at all
/// @param version of the SubjectAccessReview it understands
/// @param denyOnFailure whether a request is refused when it cannot be asked
/// @param matchConditions must all hold for it to be asked
record WebhookConfig(
    Duration authorizedTtl,
    Duration unauthorizedTtl,
    Duration timeout,
    String version,
    boolean denyOnFailure,
    Path kubeconfig,
    List<CompiledExpression> matchConditions) {
  private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration AUTHORIZED_TTL = Duration.ofMinutes(5);
  private static final Duration UNAUTHORIZED_TTL = Duration.ofSeconds(30);
  private static final int CONDITIONS_MAX = 64;

  WebhookConfig {
    matchConditions = List.copyOf(matchConditions);
  }

  static WebhookConfig read(String path, ConfigPart part, List<FieldError> faults) {
    var authorized =
        ttl(path + ".authorizedTTL", part.text("authorizedTTL"), AUTHORIZED_TTL, faults);
    var unauthorized =
        ttl(path + ".unauthorizedTTL", part.text("unauthorizedTTL"), UNAUTHORIZED_TTL, faults);
    boolean keepYes = part.flag("cacheAuthorizedRequests", true);
    boolean keepNo = part.flag("cacheUnauthorizedRequests", true);
    var timeout = timeout(path + ".timeout", part.text("timeout"), faults);
    var version = part.text("subjectAccessReviewVersion");
    oneOf(path + ".subjectAccessReviewVersion", version, List.of("v1", "v1beta1"), faults);
    var policy = part.text("failurePolicy");
    oneOf(path + ".failurePolicy", policy, List.of("NoOpinion", "Deny"), faults);
    var kubeconfig = connection(path + ".connectionInfo", part.part("connectionInfo"), faults);
    var conditions = conditions(path, part, faults);
    part.done();
    return new WebhookConfig(
        keepYes ? authorized : Duration.ZERO,
        keepNo ? unauthorized : Duration.ZERO,
        timeout,
        version,
        policy.equals("Deny"),
        kubeconfig,
        conditions);
  }

  private static Duration ttl(
      String field, String text, Duration otherwise, List<FieldError> faults) {
    var read = text.isEmpty() ? otherwise : duration(field, text, faults);
    if (read.isNegative()) {
      faults.add(FieldError.invalid(field, text, "must be > 0s"));
    }
    return read.isZero() ? otherwise : read;
  }

  private static Duration timeout(String field, String text, List<FieldError> faults) {
    var read = text.isEmpty() ? Duration.ZERO : duration(field, text, faults);
    if (read.isZero()) {
      faults.add(FieldError.required(field, ""));
    } else if (read.isNegative() || read.compareTo(LONGEST_TIMEOUT) > 0) {
      faults.add(FieldError.invalid(field, text, "must be > 0s and <= 30s"));
    }
    return read;
  }

  private static Duration duration(String field, String text, List<FieldError> faults) {
    try {
      return GoDuration.parse(text);
    } catch (IllegalArgumentException malformed) {
      faults.add(FieldError.invalid(field, text, String.valueOf(malformed.getMessage())));
      return Duration.ofSeconds(1);
    }
  }

  private static void oneOf(
      String field, String value, List<String> supported, List<FieldError> faults) {
    if (value.isEmpty()) {
      faults.add(FieldError.required(field, ""));
    } else if (!supported.contains(value)) {
      faults.add(FieldError.notSupported(field, value, supported));
    }
  }

  private static Path connection(String path, ConfigPart part, List<FieldError> faults) {
    var type = part.text("type");
    var file = part.text("kubeConfigFile");
    part.done();
    oneOf(path + ".type", type, List.of("KubeConfigFile"), faults);
    var field = path + ".kubeConfigFile";
    if (file.isEmpty()) {
      faults.add(FieldError.required(field, ""));
    } else if (!Path.of(file).isAbsolute()) {
      faults.add(FieldError.invalid(field, file, "must be an absolute path"));
    } else if (!Files.isRegularFile(Path.of(file))) {
      faults.add(FieldError.invalid(field, file, "must be a regular file"));
    }
    return Path.of(file);
  }

  private static List<CompiledExpression> conditions(
      String path, ConfigPart part, List<FieldError> faults) {
    var version = part.text("matchConditionSubjectAccessReviewVersion");
    var parts = part.parts("matchConditions");
    var field = path + ".matchConditionSubjectAccessReviewVersion";
    if (version.isEmpty() && !parts.isEmpty()) {
      faults.add(FieldError.required(field, "required if match conditions are specified"));
    } else if (!version.isEmpty() && !version.equals("v1")) {
      faults.add(FieldError.notSupported(field, version, List.of("v1")));
    }
    if (parts.size() > CONDITIONS_MAX) {
      faults.add(FieldError.tooMany(path + ".matchConditions", parts.size(), CONDITIONS_MAX));
    }
    var compiled = new ArrayList<CompiledExpression>();
    var seen = new HashSet<String>();
    for (int i = 0; i < parts.size(); i++) {
      var expression = parts.get(i).text("expression");
      parts.get(i).done();
      var at = path + ".matchConditions[" + i + "].expression";
      if (expression.isBlank()) {
        faults.add(FieldError.required(at, ""));
      } else if (!seen.add(expression)) {
        faults.add(FieldError.duplicate(at, expression));
      } else {
        compile(at, expression, compiled, faults);
      }
    }
    return compiled;
  }

  private static void compile(
      String field, String text, List<CompiledExpression> compiled, List<FieldError> faults) {
    try {
      compiled.add(Environments.authorization().compile(text, Scalar.BOOL));
    } catch (CompilationException unusable) {
      faults.add(FieldError.invalid(field, text, String.valueOf(unusable.getMessage())));
    }
  }
}
