package io.kubejar.storage.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Puts on every request what etcd wants to see in its head: the token of the user, and the wish
/// that a member without a leader refuses.
final class EtcdLogin implements ClientInterceptor {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);
  private static final int TIMEOUT_SECONDS = 5;

  private final EtcdOptions.@Nullable Credentials credentials;
  private volatile @Nullable String token;

  EtcdLogin(EtcdOptions.@Nullable Credentials credentials) {
    this.credentials = credentials;
  }

  /// The channel for requests, with the token; gets one first if there is none.
  Channel loggedIn(Channel channel) {
    if (credentials != null && token == null) {
      var request =
          AuthenticateRequest.newBuilder()
              .setName(credentials.user())
              .setPassword(credentials.password())
              .build();
      token =
          AuthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .authenticate(request)
              .getToken();
    }
    return ClientInterceptors.intercept(channel, this);
  }

  /// The token was refused: tokens go away with time, and when a member restarts. False if that
  /// cannot be mended by logging in.
  boolean forget() {
    token = null;
    return credentials != null;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(HAS_LEADER, "true");
        var current = token;
        if (current != null) {
          headers.put(TOKEN, current);
        }
        super.start(listener, headers);
      }
    };
  }
}
