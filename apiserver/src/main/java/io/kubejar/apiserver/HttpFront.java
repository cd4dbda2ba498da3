package io.kubejar.apiserver;

import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpHandler;
import java.io.IOException;

/// Takes requests from the network and writes the answers.
record HttpFront(Handler requestPath) implements HttpHandler {
  @Override
  public void handle(Exchange exchange) throws IOException, InterruptedException {
    Request request;
    try {
      request = Request.of(exchange);
    } catch (IllegalArgumentException _) { // A broken percent escape.
      exchange.reply(400, "text/plain; charset=utf-8", "400 Bad Request");
      return;
    }
    try {
      answer(exchange, requestPath.handle(request));
    } finally {
      request.beginning().isOver(); // Whatever became of the answer.
    }
  }

  private static void answer(Exchange exchange, Response response)
      throws IOException, InterruptedException {
    switch (response) {
      case Response.Whole(var status, var headers, var body) ->
          exchange.reply(status, headers, body);
      case Response.Composed(var status, var headers, var body) ->
          stream(exchange, status, headers, body);
      case Response.Streamed(var status, var headers, var body) ->
          stream(exchange, status, headers, body);
      case Response.TakenOver(var conversation) -> conversation.run(exchange);
    }
  }

  /// An answer that breaks off must not look as if it had ended: only what is whole is closed here.
  private static void stream(Exchange exchange, int status, Headers headers, Response.Body body)
      throws IOException, InterruptedException {
    var out = exchange.stream(status, headers);
    body.writeTo(out);
    out.close();
  }
}
