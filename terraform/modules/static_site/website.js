// Other hosts lead to the canonical one; a folder means its index.html.
function handler(event) {
  var request = event.request;
  var canonical = 'CANONICAL_HOST';
  if (request.headers.host.value !== canonical) {
    return {
      statusCode: 301,
      statusDescription: 'Moved Permanently',
      headers: { location: { value: 'https://' + canonical + request.uri } },
    };
  }
  if (request.uri.endsWith('/')) {
    request.uri += 'index.html';
  } else if (request.uri.split('/').pop().indexOf('.') === -1) {
    return {
      statusCode: 301,
      statusDescription: 'Moved Permanently',
      headers: { location: { value: 'https://' + canonical + request.uri + '/' } },
    };
  }
  return request;
}
