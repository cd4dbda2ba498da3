package io.kubejar.apiserver.authorizers;

import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.Decision;
import io.kubejar.apiserver.authz.ResolvedRules;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks somebody else over the network, and remembers the answers for a while.
final class WebhookAuthorizer implements Authorizer {
  /// Answers that are remembered at most.
  private static final int REMEMBERED_MAX = 8192;

  /// Longer questions are asked each time, so that nobody fills the memory with them.
  private static final int REMEMBERED_CHARS_MAX = 10_000;

  private record Answer(Decision decision, Instant until) {}

  private final WebhookConfig config;
  private final WebhookTarget target;
  private final WebhookClient client;
  private final InstantSource clock;
  private final Map<String, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  WebhookAuthorizer(
      WebhookConfig config, WebhookTarget target, WebhookClient client, InstantSource clock) {
    this.config = config;
    this.target = target;
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Decision authorize(Attributes asked) {
    var spec = ReviewJson.spec(asked);
    var skipped = unmatched(spec);
    if (skipped.isPresent()) {
      return skipped.get();
    }
    var key = spec.toString();
    var known = remembered(key);
    return known.isPresent() ? known.get() : ask(spec, key);
  }

  @Override
  public ResolvedRules rulesFor(UserInfo user, String namespace) {
    return new ResolvedRules(
        List.of(), true, List.of("webhook authorizer does not support user rule resolution"));
  }

  /// The answer without asking, if the conditions for asking do not hold. One that is false counts
  /// more than one that fails.
  private Optional<Decision> unmatched(JsonObject spec) {
    var request = JsonViews.dynamic(spec);
    var failure = "";
    for (var condition : config.matchConditions()) {
      var evaluation = condition.evaluate(name -> name.equals("request") ? request : null);
      if (evaluation.failure().isPresent()) {
        failure = "cel evaluation error: " + evaluation.failure().get();
      } else if (!BoolValue.isTrue(evaluation.value())) {
        return Optional.of(new Decision.NoOpinion(""));
      }
    }
    return failure.isEmpty() ? Optional.empty() : Optional.of(failed(failure));
  }

  private Decision ask(JsonObject spec, String key) {
    try {
      var body = JsonPrinter.printUtf8(ReviewJson.review(spec, config.version()));
      var decision = decision(JsonParser.parse(client.post(target, body, config.timeout())));
      remember(key, decision);
      return decision;
    } catch (WebhookFailure | JsonFormatException failure) {
      return failed(String.valueOf(failure.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The request ends; its stages notice.
      return failed("interrupted");
    }
  }

  private Decision decision(Object answer) {
    if (!(answer instanceof JsonObject review)
        || !(review.get("status") instanceof JsonObject status)) {
      return failed("the webhook's answer is no SubjectAccessReview");
    }
    boolean allowed = JsonBoolean.TRUE.equals(status.get("allowed"));
    boolean denied = JsonBoolean.TRUE.equals(status.get("denied"));
    var reason = status.text("reason");
    if (allowed && denied) {
      return new Decision.Deny(
          reason, "webhook subject access review returned both allow and deny response");
    }
    if (denied) {
      return new Decision.Deny(reason);
    }
    return allowed ? new Decision.Allow(reason) : new Decision.NoOpinion(reason);
  }

  private Decision failed(String why) {
    return config.denyOnFailure() ? new Decision.Deny("", why) : new Decision.NoOpinion("", why);
  }

  private synchronized Optional<Decision> remembered(String key) {
    var answer = answers.get(key);
    return answer != null && clock.instant().isBefore(answer.until())
        ? Optional.of(answer.decision())
        : Optional.empty();
  }

  private synchronized void remember(String key, Decision decision) {
    var lifetime = decision.allowed() ? config.authorizedTtl() : config.unauthorizedTtl();
    boolean sound = decision.failure().isEmpty();
    if (sound && !lifetime.isZero() && key.length() <= REMEMBERED_CHARS_MAX) {
      answers.put(key, new Answer(decision, clock.instant().plus(lifetime)));
    }
  }
}
