package io.kubejar.apiserver.authorizers;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.Decision;
import io.kubejar.apiserver.authz.ResolvedRules;
import io.kubejar.apiserver.authz.UnionAuthorizer;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.LiveConfig;
import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookKubeconfig;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The authorization configuration that is in use, which may be replaced while the server runs.
public final class LiveAuthorization implements Authorizer {
  /// What configurations are put to work with.
  ///
  /// @param own the authorizers that this server has itself, by their type
  public record Surroundings(
      Map<String, Authorizer> own,
      WebhookClient webhooks,
      InstantSource clock,
      AuthorizationMetrics metrics,
      ReloadMetrics reloads) {
    public Surroundings {
      var all = new HashMap<>(own);
      all.put("AlwaysAllow", _ -> new Decision.Allow(""));
      all.put("AlwaysDeny", _ -> new Decision.NoOpinion("Everything is forbidden."));
      own = Map.copyOf(all);
    }
  }

  private final Surroundings surroundings;
  private final LiveConfig<UnionAuthorizer> config;

  /// @throws ConfigFileException if the content is no usable configuration
  public LiveAuthorization(String content, Surroundings surroundings) {
    this.surroundings = surroundings;
    config = new LiveConfig<>(content, this::read, surroundings.reloads());
  }

  /// Where what the file says is replaced.
  public LiveConfig<?> config() {
    return config;
  }

  @Override
  public Decision authorize(Attributes attributes) {
    return config.current().authorize(attributes);
  }

  @Override
  public ResolvedRules rulesFor(UserInfo user, String namespace) {
    return config.current().rulesFor(user, namespace);
  }

  private UnionAuthorizer read(String text) {
    var file = AuthorizationFile.read(text, surroundings.own().keySet());
    var authorizers = new ArrayList<Authorizer>();
    for (var entry : file.authorizers()) {
      var authorizer = authorizer(entry);
      authorizers.add(new CountedAuthorizer(entry, authorizer, surroundings.metrics()));
    }
    return new UnionAuthorizer(authorizers);
  }

  private Authorizer authorizer(AuthorizationFile.Entry entry) {
    var webhook = entry.webhook();
    if (webhook == null) {
      return Objects.requireNonNull(surroundings.own().get(entry.type()), "a known type");
    }
    return new WebhookAuthorizer(
        webhook,
        WebhookKubeconfig.target(webhook.kubeconfig()),
        surroundings.webhooks(),
        surroundings.clock());
  }

  /// Counts what it decides.
  private record CountedAuthorizer(
      AuthorizationFile.Entry entry, Authorizer authorizer, AuthorizationMetrics metrics)
      implements Authorizer {
    @Override
    public Decision authorize(Attributes attributes) {
      var decision = authorizer.authorize(attributes);
      metrics.decided(entry.type(), entry.name(), decision);
      return decision;
    }

    @Override
    public ResolvedRules rulesFor(UserInfo user, String namespace) {
      return authorizer.rulesFor(user, namespace);
    }
  }
}
