package io.kubejar.storage.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/// Knows whether a request was handed to a connection. If not, it cannot have been executed, and
/// may go to another member even if it writes.
final class SentTracker implements ClientInterceptor {
  private volatile boolean sent;

  boolean wasSent() {
    return sent;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    var tracers =
        new ClientStreamTracer.Factory() {
          @Override
          public ClientStreamTracer newClientStreamTracer(
              ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
              @Override
              public void outboundMessage(int number) {
                sent = true;
              }
            };
          }
        };
    return next.newCall(method, options.withStreamTracerFactory(tracers));
  }
}
