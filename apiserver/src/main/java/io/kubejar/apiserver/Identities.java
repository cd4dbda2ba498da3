package io.kubejar.apiserver;

import io.kubejar.apiserver.authn.AnonymousAccess;
import io.kubejar.apiserver.authn.Authenticator;
import io.kubejar.apiserver.authn.BootstrapTokens;
import io.kubejar.apiserver.authn.BoundObjects;
import io.kubejar.apiserver.authn.ServiceAccountTokens;
import io.kubejar.apiserver.authn.TokenAuthenticator;
import io.kubejar.apiserver.authn.TokenUnion;
import io.kubejar.apiserver.authn.UnionAuthenticator;
import io.kubejar.apiserver.configfile.FollowedFile;
import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.kubejar.apiserver.oidc.HttpsFetcher;
import io.kubejar.apiserver.oidc.KeyMetrics;
import io.kubejar.apiserver.oidc.LiveAuthentication;
import io.kubejar.apiserver.tokenreview.WebhookTokens;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who is who: all ways to know a client, put together.
///
/// @param issued the tokens of service accounts; null if there are none
/// @param tokens knows all tokens that are taken
/// @param configuration what the administrator's file says right now; null without a file
record Identities(
    Authenticator authenticator,
    @Nullable ServiceAccountTokens issued,
    TokenAuthenticator tokens,
    @Nullable LiveAuthentication configuration,
    HttpsFetcher fetcher)
    implements AutoCloseable {

  /// @throws io.kubejar.apiserver.configfile.ConfigFileException if the file cannot be used
  static Identities of(
      ApiServerOptions options,
      BoundObjects objects,
      WebhookClient webhooks,
      PrometheusRegistry metrics) {
    var issued =
        options.tokens() == null
            ? null
            : new ServiceAccountTokens(options.tokens(), objects, options.clock());
    var audiences = issued == null ? List.<String>of() : issued.config().audiences();
    var fetcher = new HttpsFetcher(options.clock());
    var configuration = configuration(options, issued, audiences, fetcher, metrics);
    var all = new ArrayList<TokenAuthenticator>();
    if (issued != null) {
      all.add(issued);
      all.add(new BootstrapTokens(objects, options.clock(), audiences));
    }
    if (configuration != null) {
      all.add(configuration);
    }
    var authentication = options.authentication();
    if (authentication.webhook() != null) {
      all.add(
          new WebhookTokens(
              authentication.webhook(), webhooks, audiences, options.clock(), options.random()));
    }
    var tokens = new TokenUnion(all, audiences);
    Supplier<AnonymousAccess> anonymous =
        configuration == null ? authentication::anonymous : configuration;
    var connections = authentication.connections(options.clientAuthorities(), options.clock());
    var authenticator = new UnionAuthenticator(connections, tokens, anonymous);
    return new Identities(authenticator, issued, tokens, configuration, fetcher);
  }

  private static @Nullable LiveAuthentication configuration(
      ApiServerOptions options,
      @Nullable ServiceAccountTokens issued,
      List<String> audiences,
      HttpsFetcher fetcher,
      PrometheusRegistry metrics) {
    var file = options.authentication().file();
    if (file == null) {
      return null;
    }
    var own = issued == null ? Set.<String>of() : Set.of(issued.config().issuer());
    return new LiveAuthentication(
        FollowedFile.read(file),
        new LiveAuthentication.Surroundings(
            audiences,
            own,
            options.authentication().anonymous(),
            fetcher,
            options.clock(),
            new KeyMetrics(metrics, options.identity().id(), options.clock()),
            new ReloadMetrics(
                metrics, "authentication", options.identity().id(), options.clock())));
  }

  /// Takes changes of the file into use until the result is closed.
  FollowedFile.Following follow(@Nullable Path file) {
    return configuration == null || file == null
        ? FollowedFile.Following.NOTHING
        : configuration.config().follow(file);
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
