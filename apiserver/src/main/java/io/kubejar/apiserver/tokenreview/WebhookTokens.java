package io.kubejar.apiserver.tokenreview;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.authn.TokenAuthenticator;
import io.kubejar.apiserver.authn.TokenWebhook;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookKubeconfig;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Asks a webhook whose a token is, and remembers the answers for a while, failures excepted.
public final class WebhookTokens implements TokenAuthenticator {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final TokenWebhook config;
  private final WebhookTarget target;
  private final WebhookClient client;
  private final List<String> ownAudiences;
  private final RememberedOutcomes remembered;

  /// @param ownAudiences what a token is for if the webhook does not say
  /// @throws io.kubejar.apiserver.configfile.ConfigFileException if the kubeconfig cannot be used
  public WebhookTokens(
      TokenWebhook config,
      WebhookClient client,
      List<String> ownAudiences,
      InstantSource clock,
      RandomGenerator random) {
    this.config = config;
    this.client = client;
    this.ownAudiences = List.copyOf(ownAudiences);
    target = WebhookKubeconfig.target(config.kubeconfig());
    remembered = new RememberedOutcomes(config.ttl(), clock, random);
  }

  @Override
  public Outcome authenticate(String token) {
    return authenticate(token, ownAudiences);
  }

  @Override
  public Outcome authenticate(String token, List<String> audiences) {
    var key = remembered.key(token, audiences);
    var known = remembered.find(key);
    return known.isPresent() ? known.get() : ask(key, token, audiences);
  }

  private Outcome ask(String key, String token, List<String> audiences) {
    try {
      var body = JsonPrinter.printUtf8(review(token, audiences));
      if (!(JsonParser.parse(client.post(target, body, TIMEOUT)) instanceof JsonObject answer)) {
        return new Outcome.Refused("the webhook's answer is no TokenReview");
      }
      var status = answer.object("status");
      var outcome = outcome(status, audiences);
      if (status.text("error").isEmpty()) {
        remembered.put(key, outcome);
      }
      return outcome;
    } catch (WebhookFailure | JsonFormatException failure) {
      return new Outcome.Refused(String.valueOf(failure.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The request ends; its stages notice.
      return new Outcome.Refused("interrupted");
    }
  }

  private JsonObject review(String token, List<String> audiences) {
    var spec = JsonObject.of("token", new JsonString(token));
    if (!audiences.isEmpty()) {
      var wanted = audiences.stream().<JsonValue>map(JsonString::new).toList();
      spec = spec.with("audiences", new JsonArray(wanted));
    }
    return JsonObject.of("kind", new JsonString("TokenReview"))
        .with("apiVersion", new JsonString("authentication.k8s.io/" + config.version()))
        .with("spec", spec);
  }

  /// A webhook that does not speak of audiences vouches for those of this server.
  private Outcome outcome(JsonObject status, List<String> wanted) {
    var told = texts(status.list("audiences"));
    var shared = wanted.stream().filter((told.isEmpty() ? ownAudiences : told)::contains).toList();
    if (!wanted.isEmpty() && shared.isEmpty()) {
      return new Outcome.NotMine();
    }
    if (!JsonBoolean.TRUE.equals(status.get("authenticated"))) {
      var why = status.text("error");
      return why.isEmpty() ? new Outcome.NotMine() : new Outcome.Refused(why);
    }
    return new Outcome.Known(user(status.object("user")), shared);
  }

  private static UserInfo user(JsonObject user) {
    var extra = new LinkedHashMap<String, List<String>>();
    for (Map.Entry<String, JsonValue> entry : user.object("extra").fields().entrySet()) {
      extra.put(entry.getKey(), texts(user.object("extra").list(entry.getKey())));
    }
    return new UserInfo(user.text("username"), user.text("uid"), texts(user.list("groups")), extra);
  }

  private static List<String> texts(List<JsonValue> values) {
    return values.stream()
        .flatMap(value -> value instanceof JsonString(var text) ? Stream.of(text) : Stream.empty())
        .toList();
  }
}
