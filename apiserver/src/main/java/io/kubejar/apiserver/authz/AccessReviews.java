package io.kubejar.apiserver.authz;

import io.kubejar.api.authorization.v1.LocalSubjectAccessReview;
import io.kubejar.api.authorization.v1.NonResourceAttributes;
import io.kubejar.api.authorization.v1.NonResourceRule;
import io.kubejar.api.authorization.v1.ResourceAttributes;
import io.kubejar.api.authorization.v1.ResourceRule;
import io.kubejar.api.authorization.v1.SelfSubjectAccessReview;
import io.kubejar.api.authorization.v1.SelfSubjectRulesReview;
import io.kubejar.api.authorization.v1.SubjectAccessReview;
import io.kubejar.api.authorization.v1.SubjectAccessReviewSpec;
import io.kubejar.api.authorization.v1.SubjectAccessReviewStatus;
import io.kubejar.api.authorization.v1.SubjectRulesReviewStatus;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Answers who may do what, for those who ask before they try.
public final class AccessReviews {
  private static final String GROUP = "authorization.k8s.io";

  private final Authorizer authorizer;

  public AccessReviews(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  public SubjectAccessReview answer(SubjectAccessReview review) {
    var faults = AccessReviewFaults.of(review.spec());
    faults.addAll(AccessReviewFaults.ofMetadata(review.metadata()));
    check("SubjectAccessReview", faults);
    return review.withStatus(status(review.spec()));
  }

  /// @param namespace that of the request's path
  public LocalSubjectAccessReview answer(LocalSubjectAccessReview asked, String namespace) {
    var meta = asked.metadata();
    var review =
        meta.namespace().isEmpty() ? asked.withMetadata(meta.withNamespace(namespace)) : asked;
    if (!review.metadata().namespace().equals(namespace)) {
      throw ApiException.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    check("LocalSubjectAccessReview", AccessReviewFaults.of(review));
    return review.withStatus(status(review.spec()));
  }

  public SelfSubjectAccessReview answer(SelfSubjectAccessReview review, UserInfo user) {
    var spec = review.spec();
    var resource = spec.resourceAttributes();
    var faults = AccessReviewFaults.of(resource, spec.nonResourceAttributes());
    faults.addAll(AccessReviewFaults.ofMetadata(review.metadata()));
    check("SelfSubjectAccessReview", faults);
    return review.withStatus(status(attributes(user, resource, spec.nonResourceAttributes())));
  }

  public SelfSubjectRulesReview answer(SelfSubjectRulesReview review, UserInfo user) {
    var namespace = review.spec().namespace();
    if (namespace.isEmpty()) {
      throw ApiException.badRequest("no namespace on request");
    }
    var resolved = authorizer.rulesFor(user, namespace);
    return review.withStatus(
        SubjectRulesReviewStatus.EMPTY
            .withResourceRules(resourceRules(resolved.rules()))
            .withNonResourceRules(nonResourceRules(resolved.rules()))
            .withIncomplete(resolved.incomplete())
            .withEvaluationError(Quoted.aggregate(resolved.errors())));
  }

  private static void check(String kind, List<FieldError> faults) {
    if (!faults.isEmpty()) {
      throw ApiException.invalid(GROUP, kind, "", faults.stream().map(FieldError::cause).toList());
    }
  }

  private SubjectAccessReviewStatus status(SubjectAccessReviewSpec spec) {
    var user = new UserInfo(spec.user(), spec.uid(), spec.groups(), spec.extra());
    return status(attributes(user, spec.resourceAttributes(), spec.nonResourceAttributes()));
  }

  private SubjectAccessReviewStatus status(Attributes attributes) {
    var decision = authorizer.authorize(attributes);
    return SubjectAccessReviewStatus.EMPTY
        .withAllowed(decision.allowed())
        .withDenied(decision instanceof Decision.Deny)
        .withReason(decision.reason())
        .withEvaluationError(evaluationError(decision.failure(), attributes.selectors()));
  }

  private static String evaluationError(String failure, Selectors selectors) {
    var errors = new StringJoiner("; ");
    if (!failure.isEmpty()) {
      errors.add(failure);
    }
    if (selectors.fieldsMalformed()) {
      errors.add(ignored("fieldSelector", selectors.fields().isEmpty()));
    }
    if (selectors.labelsMalformed()) {
      errors.add(ignored("labelSelector", selectors.labels().isEmpty()));
    }
    return errors.toString();
  }

  private static String ignored(String selector, boolean wholly) {
    return "spec.resourceAttributes."
        + selector
        + (wholly ? " ignored" : " partially ignored")
        + " due to parse error";
  }

  private static Attributes attributes(
      UserInfo user,
      @Nullable ResourceAttributes resource,
      @Nullable NonResourceAttributes nonResource) {
    if (resource == null) {
      var path = Objects.requireNonNull(nonResource);
      return Attributes.nonResource(user, path.verb(), path.path());
    }
    return new Attributes(
        user,
        resource.verb(),
        resource.namespace(),
        resource.group(),
        resource.version().isEmpty() ? "*" : resource.version(),
        resource.resource(),
        resource.subresource(),
        resource.name(),
        true,
        "",
        ReviewedSelectors.of(resource));
  }

  private static List<ResourceRule> resourceRules(List<PolicyRule> rules) {
    return rules.stream()
        .filter(rule -> !rule.resources().isEmpty())
        .map(
            rule ->
                ResourceRule.EMPTY
                    .withVerbs(rule.verbs())
                    .withApiGroups(rule.apiGroups())
                    .withResources(rule.resources())
                    .withResourceNames(rule.resourceNames()))
        .toList();
  }

  private static List<NonResourceRule> nonResourceRules(List<PolicyRule> rules) {
    return rules.stream()
        .filter(rule -> !rule.nonResourceURLs().isEmpty())
        .map(
            rule ->
                NonResourceRule.EMPTY
                    .withVerbs(rule.verbs())
                    .withNonResourceURLs(rule.nonResourceURLs()))
        .toList();
  }
}
