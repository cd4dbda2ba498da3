package io.kubejar.apiserver.authn;

import io.kubejar.api.authentication.v1.BoundObjectReference;
import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.authentication.v1.TokenRequestSpec;
import io.kubejar.api.authentication.v1.TokenRequestStatus;
import io.kubejar.api.authentication.v1.TokenReview;
import io.kubejar.api.authentication.v1.TokenReviewStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers TokenRequests and TokenReviews.
public final class TokenRequests {
  private static final long DEFAULT_SECONDS = 3600;
  private static final long LEAST_SECONDS = 600;
  private static final long MOST_SECONDS = 1L << 32;

  /// What the service-account admission asks for. Old clients read their token once and keep it, so
  /// such tokens last a year, and say from when on they should have been renewed.
  private static final long EXTENDED_IF_SECONDS = 3607;

  private static final Duration EXTENDED = Duration.ofDays(365);
  private static final String INVALID = "invalid bearer token";
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");

  private final ServiceAccountTokens tokens;
  private final TokenAuthenticator known;
  private final Supplier<String> ids;

  /// @param ids gives a new unique text each time, for tokens' identities
  /// @param known knows all tokens that this server takes, not only those of service accounts
  public TokenRequests(
      ServiceAccountTokens tokens, TokenAuthenticator known, Supplier<String> ids) {
    this.tokens = tokens;
    this.known = known;
    this.ids = ids;
  }

  /// The request with its default values.
  public TokenRequest withDefaults(TokenRequest request) {
    var spec = request.spec();
    if (spec.audiences().isEmpty()) {
      spec = spec.withAudiences(tokens.config().audiences());
    }
    if (spec.expirationSeconds() == null) {
      spec = spec.withExpirationSeconds(DEFAULT_SECONDS);
    }
    return request.withSpec(spec);
  }

  /// What is wrong with a request, by field; for an `Invalid` status.
  ///
  /// @param field such as `spec.expirationSeconds`
  public record Fault(String field, Object value, String message) {}

  /// @param account that the request's path names
  public List<Fault> faults(ServiceAccount account, TokenRequest request) {
    var own = account.metadata();
    var meta = request.metadata();
    if (!meta.name().isEmpty() && !meta.name().equals(own.name())) {
      return List.of(
          new Fault(
              "metadata.name", meta.name(), "must match the service account name if specified"));
    }
    if (!meta.namespace().isEmpty() && !meta.namespace().equals(own.namespace())) {
      return List.of(
          new Fault(
              "metadata.namespace",
              meta.namespace(),
              "must match the service account namespace if specified"));
    }
    var seconds = request.spec().expirationSeconds();
    if (seconds != null && seconds < LEAST_SECONDS) {
      return List.of(
          new Fault(
              "spec.expirationSeconds",
              seconds,
              "may not specify a duration less than 10 minutes"));
    }
    if (seconds != null && seconds > MOST_SECONDS) {
      return List.of(
          new Fault(
              "spec.expirationSeconds",
              seconds,
              "may not specify a duration larger than 2^32 seconds"));
    }
    return List.of();
  }

  /// Answers a valid request for a token of this account, with defaults set.
  public TokenRequest answer(ServiceAccount account, TokenRequest asked) {
    var request = withDefaults(asked);
    var own = account.metadata();
    var uid = asked.metadata().uid();
    if (!uid.isEmpty() && !uid.equals(own.uid())) {
      throw ApiException.conflict(
          ACCOUNTS,
          own.name(),
          "the UID in the token request ("
              + uid
              + ") does not match the UID of the service account ("
              + own.uid()
              + ")");
    }
    var claims = claims(account, request.spec());
    long seconds = seconds(request.spec());
    // The answer tells the time that was asked for, also where the token lasts longer.
    var expires = claims.issuedAt().plusSeconds(seconds);
    var meta =
        request
            .metadata()
            .withName(own.name())
            .withNamespace(own.namespace())
            .withCreationTimestamp(claims.issuedAt());
    return request
        .withMetadata(meta)
        .withStatus(
            TokenRequestStatus.EMPTY
                .withToken(tokens.sign(claims))
                .withExpirationTimestamp(expires));
  }

  /// Tells whose a token is.
  public TokenReview review(TokenReview review) {
    var token = review.spec().token();
    if (token.isEmpty()) {
      throw ApiException.badRequest("token is required for TokenReview in authentication");
    }
    var wanted =
        review.spec().audiences().isEmpty()
            ? tokens.config().audiences()
            : review.spec().audiences();
    var status =
        switch (known.authenticate(token, wanted)) {
          case Outcome.Known(var user, var audiences) ->
              TokenReviewStatus.EMPTY
                  .withAuthenticated(true)
                  .withUser(toApi(user.withGroup(UserInfo.AUTHENTICATED_GROUP)))
                  .withAudiences(audiences);
          case Outcome.Refused(var why) ->
              TokenReviewStatus.EMPTY.withError("[" + INVALID + ", " + why + "]");
          case Outcome.NotMine _ -> TokenReviewStatus.EMPTY.withError(INVALID);
        };
    return review.withStatus(status);
  }

  /// The user as the API shows it.
  public static io.kubejar.api.authentication.v1.UserInfo toApi(UserInfo user) {
    return io.kubejar.api.authentication.v1.UserInfo.builder()
        .username(user.name())
        .uid(user.uid())
        .groups(user.groups())
        .extra(user.extra())
        .build();
  }

  private ServiceAccountClaims claims(ServiceAccount account, TokenRequestSpec spec) {
    var now = Instant.ofEpochSecond(tokens.clock().instant().getEpochSecond());
    long seconds = seconds(spec);
    var bound = bound(account, spec.boundObjectRef());
    boolean extend =
        seconds == EXTENDED_IF_SECONDS
            && bound.pod() != null
            && tokens.config().audiences().containsAll(spec.audiences());
    var expires = now.plusSeconds(seconds);
    return new ServiceAccountClaims(
        tokens.config().issuer(),
        spec.audiences(),
        ids.get(),
        now,
        now,
        extend ? now.plus(EXTENDED) : expires,
        extend ? expires : null,
        account.metadata().namespace(),
        new TokenBinding(account.metadata().name(), account.metadata().uid()),
        bound.pod(),
        bound.secret(),
        bound.node());
  }

  private record Bound(
      @Nullable TokenBinding pod, @Nullable TokenBinding secret, @Nullable TokenBinding node) {}

  private Bound bound(ServiceAccount account, @Nullable BoundObjectReference reference) {
    if (reference == null) {
      return new Bound(null, null, null);
    }
    var namespace = account.metadata().namespace();
    var objects = tokens.objects();
    var name = reference.name();
    var kind = reference.apiVersion() + "/" + reference.kind();
    return switch (kind) {
      case "v1/Pod" -> {
        var pod = found(objects.pod(namespace, name), "pods", name);
        if (!pod.spec().serviceAccountName().equals(account.metadata().name())) {
          throw ApiException.badRequest(
              "cannot bind token for serviceaccount \""
                  + account.metadata().name()
                  + "\" to pod running with different serviceaccount name.");
        }
        yield new Bound(binding(reference, pod.metadata()), null, nodeOf(pod));
      }
      case "v1/Secret" -> {
        var secret = found(objects.secret(namespace, name), "secrets", name);
        yield new Bound(null, binding(reference, secret.metadata()), null);
      }
      case "v1/Node" -> {
        var node = found(objects.node(name), "nodes", name);
        yield new Bound(null, null, binding(reference, node.metadata()));
      }
      default ->
          throw ApiException.badRequest(
              "cannot bind token to object of type "
                  + reference.apiVersion()
                  + ", Kind="
                  + reference.kind());
    };
  }

  /// Where a pod runs; a node that is not there (yet) has a name but no identity.
  private @Nullable TokenBinding nodeOf(Pod pod) {
    var name = pod.spec().nodeName();
    if (name.isEmpty()) {
      return null;
    }
    var uid = tokens.objects().node(name).map(node -> node.metadata().uid()).orElse("");
    return new TokenBinding(name, uid);
  }

  private static <T> T found(Optional<T> object, String plural, String name) {
    return object.orElseThrow(() -> ApiException.notFound(new GroupResource("", plural), name));
  }

  private static TokenBinding binding(BoundObjectReference reference, ObjectMeta found) {
    if (!reference.uid().isEmpty() && !reference.uid().equals(found.uid())) {
      throw ApiException.conflict(
          new GroupResource("", reference.kind()),
          found.name(),
          "the UID in the bound object reference ("
              + reference.uid()
              + ") does not match the UID in record. The object might have been deleted and then"
              + " recreated");
    }
    return new TokenBinding(found.name(), found.uid());
  }

  private static long seconds(TokenRequestSpec spec) {
    var seconds = spec.expirationSeconds();
    return seconds == null ? DEFAULT_SECONDS : seconds;
  }
}
