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
import io.kubejar.apiserver.authn.UserInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers who may do what, for those who ask before they try.
public final class AccessReviews {
  private final Authorizer authorizer;
  private final RbacAuthorizer rbac;

  public AccessReviews(Authorizer authorizer, RbacAuthorizer rbac) {
    this.authorizer = authorizer;
    this.rbac = rbac;
  }

  public SubjectAccessReview answer(SubjectAccessReview review) {
    return review.withStatus(status(review.spec()));
  }

  /// @param namespace that of the request's path
  public LocalSubjectAccessReview answer(LocalSubjectAccessReview review, String namespace) {
    var resource = review.spec().resourceAttributes();
    if (resource == null || review.spec().nonResourceAttributes() != null) {
      throw ApiException.badRequest("a local review asks about a resource, and nothing else");
    }
    if (!resource.namespace().equals(namespace)) {
      throw ApiException.badRequest(
          "spec.resourceAttributes.namespace must match namespace: " + namespace);
    }
    return review.withStatus(status(review.spec()));
  }

  public SelfSubjectAccessReview answer(SelfSubjectAccessReview review, UserInfo user) {
    var spec = review.spec();
    return review.withStatus(
        status(attributes(user, spec.resourceAttributes(), spec.nonResourceAttributes())));
  }

  public SelfSubjectRulesReview answer(SelfSubjectRulesReview review, UserInfo user) {
    var namespace = review.spec().namespace();
    if (namespace.isEmpty()) {
      throw ApiException.badRequest("no namespace on request");
    }
    var found = rbac.rulesFor(user, namespace);
    var rules = new ArrayList<>(found.rules());
    if (user.inGroup(UserInfo.MASTERS_GROUP)) {
      rules.add(
          PolicyRule.EMPTY
              .withVerbs(List.of("*"))
              .withApiGroups(List.of("*"))
              .withResources(List.of("*")));
      rules.add(PolicyRule.EMPTY.withVerbs(List.of("*")).withNonResourceURLs(List.of("*")));
    }
    // What the node authorizer would allow depends on pods, and is not listed.
    boolean incomplete = user.inGroup(UserInfo.NODES_GROUP) || !found.missing().isEmpty();
    return review.withStatus(
        SubjectRulesReviewStatus.EMPTY
            .withResourceRules(resourceRules(rules))
            .withNonResourceRules(nonResourceRules(rules))
            .withIncomplete(incomplete)
            .withEvaluationError(String.join(", ", found.missing())));
  }

  private SubjectAccessReviewStatus status(SubjectAccessReviewSpec spec) {
    if (spec.user().isEmpty() && spec.groups().isEmpty()) {
      throw ApiException.badRequest(
          "spec.user: Invalid value: \"\": at least one of user or group must be specified");
    }
    var user = new UserInfo(spec.user(), spec.uid(), spec.groups(), spec.extra());
    return status(attributes(user, spec.resourceAttributes(), spec.nonResourceAttributes()));
  }

  private SubjectAccessReviewStatus status(Attributes attributes) {
    var answer = SubjectAccessReviewStatus.EMPTY;
    return switch (authorizer.authorize(attributes)) {
      case Decision.Allow(var reason) -> answer.withAllowed(true).withReason(reason);
      case Decision.Deny(var reason) -> answer.withDenied(true).withReason(reason);
      case Decision.NoOpinion(var reason) -> answer.withReason(reason);
    };
  }

  private static Attributes attributes(
      UserInfo user,
      @Nullable ResourceAttributes resource,
      @Nullable NonResourceAttributes nonResource) {
    if ((resource == null) == (nonResource == null)) {
      throw ApiException.badRequest(
          "exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    if (resource == null) {
      return Attributes.nonResource(user, nonResource.verb(), nonResource.path());
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
        "");
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
