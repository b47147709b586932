# Ruby's Net::HTTP, one connection for the block.
require 'net/http'

order, detail = ARGV.map { |url| URI(url) }
puts "version\tRuby #{RUBY_VERSION}"
Net::HTTP.start(order.host, order.port) do |http|
  [Net::HTTP::Post.new(order), Net::HTTP::Post.new(order), Net::HTTP::Get.new(detail)].each do |request|
    request['Accept-Language'] = ''
    request['x-access-token'] = ''
    if request.request_body_permitted?
      request['Content-Type'] = 'application/json'
      request.body = ENV.fetch('BODY')
    end
    puts "answer\t#{http.request(request).body}"
  end
end
